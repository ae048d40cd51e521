import { PosthornError } from './posthorn-error.ts';
import { isTransient } from './retry-wait.ts';
import { SseParser } from './sse-parser.ts';
import type { SseEvent } from './sse-parser.ts';
import { streamPieces } from '../stream-pieces.ts';
import type { RequestOptions, Transport } from './transport.ts';

/** Where a stream is, and from where on it is read. */
export type StreamWish = {
  readonly path: string;
  readonly query?: object;
  /** The cursor of the last event that was seen; from now on when not given. */
  readonly after?: string | undefined;
};

const waits = { firstMs: 500, maxMs: 30_000 } as const;
/** Heartbeats come far more often: a silence this long is a connection that is gone. */
const silenceMs = 60_000;

/**
 * The events of a stream, for as long as its signal lets it. A connection that breaks is made again
 * from the last event seen, so that none is missed and none told twice; what asks for a change
 * here, such as 401 or a cursor that is too old, is thrown.
 */
export async function* eventStream(
  transport: Transport,
  wish: StreamWish,
  options: RequestOptions = {},
): AsyncGenerator<SseEvent, void, undefined> {
  const { chance, sleep } = transport.surroundings;
  let [cursor, retryMs, failures] = [wish.after ?? '', 0, 0];
  const isOver = (): boolean => options.signal?.aborted === true;
  while (!isOver()) {
    try {
      for await (const part of connection(transport, { ...wish, after: cursor }, options)) {
        failures = 0;
        retryMs = part.retryMs ?? retryMs;
        cursor = part.lastEventId === '' ? cursor : part.lastEventId;
        yield* part.events;
      }
      if (isOver()) return;
    } catch (error) {
      if (isOver()) return;
      if (error instanceof PosthornError && !isTransient(error)) throw error;
    }
    failures += 1;
    const full = Math.min(waits.maxMs, waits.firstMs * 2 ** (failures - 1));
    const waitMs = Math.max(retryMs, full * (1 - chance() / 2));
    await sleep(waitMs, options.signal).catch(() => null);
  }
}

type Part = {
  readonly events: readonly SseEvent[];
  readonly lastEventId: string;
  readonly retryMs: number | null;
};

async function* connection(
  transport: Transport,
  { path, query, after = '' }: StreamWish,
  options: RequestOptions,
): AsyncGenerator<Part, void, undefined> {
  const silence = new AbortController();
  const { signal: given } = options;
  const signal = given === undefined ? silence.signal : AbortSignal.any([given, silence.signal]);
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const headers = {
      accept: 'text/event-stream',
      ...(after === '' ? {} : { 'last-event-id': after }),
    };
    const asked = { ...options, method: 'GET', path, query, headers, signal } as const;
    const { body } = await transport.open(asked);
    const [parser, decoder] = [new SseParser(), new TextDecoder()];
    for await (const piece of streamPieces(body)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      const events = parser.push(decoder.decode(piece, { stream: true }));
      yield { events, lastEventId: parser.lastEventId, retryMs: parser.retryMs };
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
