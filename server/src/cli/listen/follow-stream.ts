import { ApiError } from '../api-error.ts';
import type { Connection } from '../api-client.ts';
import { say } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { backoffMs } from './backoff.ts';
import { openStream } from './open-stream.ts';
import { SseParser } from './sse-parser.ts';
import type { SseMessage } from './sse-parser.ts';

/** What is followed, and from where. */
export type Followed = {
  readonly connection: Connection;
  readonly path: string;
  /** Null begins now. */
  readonly after: string | null;
};

/**
 * Messages of a stream, over broken connections and sleep. A message is taken as done once the next
 * one is asked for. Throws {@link ApiError} when the server will not have it, or was never there.
 */
export async function* followStream(
  { connection, path, after }: Followed,
  shell: Shell,
): AsyncGenerator<SseMessage, void, undefined> {
  const stop = shell.stop();
  let cursor = after;
  let failures = 0;
  let hasConnected = false;
  while (!stop.aborted) {
    const parser = new SseParser();
    let because = 'the server ended the stream';
    try {
      for await (const text of openStream({ connection, path, after: cursor, stop })) {
        if (failures > 0) say(shell, 'connected again');
        hasConnected = true;
        failures = 0;
        for (const message of parser.push(text)) {
          yield message;
          if (message.lastEventId !== '') cursor = message.lastEventId;
        }
      }
    } catch (cause) {
      if (stop.aborted) return;
      if (isTooOld(cause)) say(shell, '--from-start begins with the oldest event that is kept');
      if (!hasConnected || !isPassing(cause)) throw cause;
      because = cause.message;
    }
    if (stop.aborted) return;
    failures += 1;
    const waitMs = failures === 1 ? (parser.retryMs ?? 0) : backoffMs(failures - 1);
    if (failures > 1) say(shell, `${because}; again in ${Math.ceil(waitMs / 1_000)} s`);
    await shell.wait(waitMs, stop);
  }
}

/** Whether it may go by itself: nobody answers, or not now. */
function isPassing(cause: unknown): cause is ApiError {
  if (!(cause instanceof ApiError)) return false;
  return cause.status === null || cause.status === 429 || cause.status >= 500;
}

function isTooOld(cause: unknown): boolean {
  return cause instanceof ApiError && cause.status === 410;
}
