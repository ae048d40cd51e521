import type { StoredEvent } from '../types/events.ts';
import { eventStream } from './event-stream.ts';
import type { StreamWish } from './event-stream.ts';
import type { RequestOptions, Transport } from './transport.ts';

/** An event of a stream, with the cursor after it to resume at. */
export type StreamedEvent<Data = unknown> = {
  readonly cursor: string;
  /** The type of the event, such as `task.progress`. */
  readonly type: string;
  readonly event: StoredEvent & { readonly data?: Data };
};

/** From where a stream is read. */
export type StreamFrom = {
  /** A cursor, the id of an event, or `oldest`; from now on when not given. */
  readonly after?: string | undefined;
  /** A token for this one stream instead of the client's key, as pages have it. */
  readonly token?: string | undefined;
};

/** Which events are streamed. */
export type StreamQuery = StreamFrom & {
  /** Patterns as in subscriptions; every type when not given. */
  readonly types?: readonly string[] | undefined;
  /** Only events of this source. */
  readonly source?: string | undefined;
  /** Only events about this entity: `type`, or `type/id`. */
  readonly entity?: string | undefined;
};

/** The events of a stream, read. */
export async function* streamedEvents<Data>(
  transport: Transport,
  wish: StreamWish,
  options?: RequestOptions,
): AsyncGenerator<StreamedEvent<Data>, void, undefined> {
  for await (const { type, data, lastEventId } of eventStream(transport, wish, options)) {
    // Says that nothing follows; it is no event.
    if (type === 'end') return;
    const event = JSON.parse(data) as StreamedEvent<Data>['event'];
    yield { cursor: lastEventId, type, event };
  }
}
