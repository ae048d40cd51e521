import { eventStream } from './event-stream.ts';
import type { StreamWish } from './event-stream.ts';
import type { RequestOptions, Transport } from './transport.ts';

/** An event of a stream, with the cursor after it to resume at. */
export type StreamedEvent<Event = unknown> = {
  readonly cursor: string;
  /** The type of the event, such as `task.progress`. */
  readonly type: string;
  readonly event: Event;
};

/** From where a stream is read. */
export type StreamFrom = {
  /** The cursor of the last event that was seen. */
  readonly after?: string | undefined;
  /** A token for this one stream instead of the client's key, as pages have it. */
  readonly token?: string | undefined;
};

/** Which events are streamed. */
export type StreamQuery = StreamFrom & {
  /** Patterns as in subscriptions; every type when not given. */
  readonly types?: readonly string[] | undefined;
};

/** The events of a stream, read. */
export async function* streamedEvents<Event>(
  transport: Transport,
  wish: StreamWish,
  options?: RequestOptions,
): AsyncGenerator<StreamedEvent<Event>, void, undefined> {
  for await (const { type, data, lastEventId } of eventStream(transport, wish, options)) {
    yield { cursor: lastEventId, type, event: JSON.parse(data) as Event };
  }
}
