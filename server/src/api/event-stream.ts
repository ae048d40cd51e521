import type { StoredEvent } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { FeedReader } from '../live/feed-reader.ts';
import type { EndlessText } from './route.ts';
import { eventText } from './views/event-view.ts';

/** Where a stream ends. */
export type StreamEnd = {
  /** Whether nothing follows an event. */
  readonly isLast: (event: StoredEvent) => boolean;
  /** Whether its caller may no longer read; asked before anything is told. */
  readonly isRefused: () => boolean;
};

/** Written once for all streams that tell an event. */
const written = new WeakMap<StoredEvent, Buffer>();

/**
 * Events as the text of a stream of server-sent events, made as fast as it is taken and no faster.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStream(reader: FeedReader, end: StreamEnd): EndlessText {
  return {
    pieces: piecesOf(reader, end),
    cutOff: reader.cutOff,
    closed: () => reader.close(),
  };
}

/** In silence it says now and then that it is there, and up to where it has looked. */
async function* piecesOf(reader: FeedReader, { isLast, isRefused }: StreamEnd) {
  // With the cursor at once: who is cut off before anything came goes on from here.
  yield `retry: ${limits.streamRetryMs}\nid: ${reader.position}\n\n`;
  while (!reader.isClosed) {
    const events = await reader.next(limits.streamHeartbeatMs);
    if (isRefused()) return;
    for (const event of events) {
      yield messageOf(event);
      if (!isLast(event)) continue;
      yield `event: end\ndata: {"after":"${event.position}"}\n\n`;
      return;
    }
    if (events.length === 0 && !reader.isClosed) yield `: \nid: ${reader.position}\n\n`;
  }
}

function messageOf(event: StoredEvent): Buffer {
  const known = written.get(event);
  if (known !== undefined) return known;
  // A line end within JSON is white space between its parts, and each line is a field of its own.
  const lines = eventText(event).split(/\r\n|\n|\r/);
  const data = lines.map((line) => `data: ${line}\n`).join('');
  const message = Buffer.from(`id: ${event.position}\nevent: ${event.type}\n${data}\n`);
  written.set(event, message);
  return message;
}
