import type { StoredEvent } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { FeedReader } from '../live/feed-reader.ts';
import { eventText } from './views/event-view.ts';

/** How a stream is told, and where it ends. */
export type StreamTelling = {
  /** Whether nothing follows an event. */
  readonly isLast: (event: StoredEvent) => boolean;
};

/** Written once for all streams that tell an event. */
const written = new WeakMap<StoredEvent, string>();

/**
 * The text of a stream of server-sent events. It is made as fast as it is taken and no faster;
 * in silence it says now and then that it is there, and up to where it has looked.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* eventStream(
  reader: FeedReader,
  { isLast }: StreamTelling,
): AsyncGenerator<string, void, undefined> {
  try {
    yield `retry: ${limits.streamRetryMs}\n: posthorn\n\n`;
    while (!reader.isClosed) {
      const events = await reader.next(limits.streamHeartbeatMs);
      for (const event of events) {
        yield messageOf(event);
        if (!isLast(event)) continue;
        yield `event: end\ndata: {"after":"${event.position}"}\n\n`;
        return;
      }
      if (events.length === 0 && !reader.isClosed) yield `: \nid: ${reader.position}\n\n`;
    }
  } finally {
    reader.close();
  }
}

function messageOf(event: StoredEvent): string {
  const known = written.get(event);
  if (known !== undefined) return known;
  // A line end within JSON is white space between its parts, and each line is a field of its own.
  const lines = eventText(event).split(/\r\n|\n|\r/);
  const data = lines.map((line) => `data: ${line}\n`).join('');
  const message = `id: ${event.position}\nevent: ${event.type}\n${data}\n`;
  written.set(event, message);
  return message;
}
