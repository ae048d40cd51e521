import type { Answer, EndlessText } from '../api/route.ts';
import type { Timers } from '../core/clock.ts';
import { limits } from '../core/limits.ts';

const taken = ['cache-control', 'mcp-session-id', 'mcp-protocol-version', 'x-accel-buffering'];

/** Makes an answer of a web response; a stream of which too little is taken is cut off. */
export async function webAnswer(
  response: Response,
  { timers, closed }: { readonly timers: Timers; readonly closed: () => void },
): Promise<Answer> {
  const { status, body } = response;
  const named = taken.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const contentType = response.headers.get('content-type');
  const head = {
    status,
    headers: Object.fromEntries(named),
    ...(contentType === null ? {} : { contentType }),
  };
  if (body !== null && contentType?.startsWith('text/event-stream') === true) {
    // What was said last is no end of an answer, after which another request could follow.
    const headers = { ...head.headers, connection: 'close' };
    return { ...head, headers, stream: endless(body, timers, closed) };
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  return bytes.length === 0 ? head : { ...head, bytes };
}

function endless(
  body: ReadableStream<Uint8Array>,
  timers: Timers,
  closed: () => void,
): EndlessText {
  const reader = body.getReader();
  const cutOff = new AbortController();
  let stall: { cancel(): void } | null = null;
  async function* pieces() {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      stall = timers.after(limits.streamStallMs, () => cutOff.abort());
      yield value;
      stall.cancel();
    }
  }
  return {
    pieces: pieces(),
    cutOff: cutOff.signal,
    closed: () => {
      stall?.cancel();
      // Also ends a read that waits for more.
      void reader.cancel().catch(() => undefined);
      closed();
    },
  };
}
