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
  /** Where it begins, as the stream's own query has it. */
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
  let [cursor, retryMs, failures] = ['', 0, 0];
  const isOver = (): boolean => options.signal?.aborted === true;
  while (!isOver()) {
    try {
      for await (const part of connection(transport, { ...wish, cursor }, options)) {
        // There is nothing more, and will not be.
        if (part === 'over') return;
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
  { path, query, after, cursor }: StreamWish & { readonly cursor: string },
  options: RequestOptions,
): AsyncGenerator<Part | 'over', void, undefined> {
  const silence = new AbortController();
  const { signal: given } = options;
  const signal = given === undefined ? silence.signal : AbortSignal.any([given, silence.signal]);
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const headers = {
      accept: 'text/event-stream',
      ...(cursor === '' ? {} : { 'last-event-id': cursor }),
    };
    const asked = { ...options, method: 'GET', path, headers, signal } as const;
    const { status, body } = await transport.open({ ...asked, query: { ...query, after } });
    if (status === 204) yield 'over';
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
