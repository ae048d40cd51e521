import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ForwardedRequest } from '../../app/compose-forward.ts';
import { limits } from '../../core/limits.ts';

/** What became of one try to hand an event on. */
export type Forwarded = {
  /** Null when nothing answered. */
  readonly status: number | null;
  /** Why nothing answered. */
  readonly error: string | null;
};

/**
 * Sends a request to a local program, its headers in their order; follows no redirect. What is
 * under way when it is told to stop may end, for `limits.listenGraceMs`.
 */
export async function forward(
  { headers, body }: ForwardedRequest,
  url: URL,
  stop: AbortSignal,
): Promise<Forwarded> {
  const { promise, resolve } = Promise.withResolvers<Forwarded>();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const inTime = AbortSignal.timeout(limits.attemptMs);
  const cut = new AbortController();
  const cutSoon = (): void => void setTimeout(() => cut.abort(), limits.listenGraceMs).unref();
  stop.addEventListener('abort', cutSoon, { once: true });
  const sent = send(url, {
    method: 'POST',
    headers: ['host', url.host, 'content-length', String(body.byteLength), ...headers],
    signal: AbortSignal.any([inTime, cut.signal]),
  });
  sent.once('response', (response) => {
    const { statusCode = 0 } = response;
    // Its body matters to nobody, but must be read for the connection to end well.
    response.on('error', () => undefined).resume();
    resolve({ status: statusCode, error: null });
  });
  sent.once('error', (cause: NodeJS.ErrnoException) => {
    resolve({ status: null, error: inTime.aborted ? 'timeout' : (cause.code ?? cause.message) });
  });
  sent.end(body);
  return promise.finally(() => stop.removeEventListener('abort', cutSoon));
}

/** Whether the program has it now. */
export function isTaken({ status }: Forwarded): boolean {
  return status !== null && status >= 200 && status < 300;
}
