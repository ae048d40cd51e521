import { limits } from '../../core/limits.ts';
import { ApiError } from '../api-error.ts';
import { saidIn } from '../api-client.ts';
import type { Connection } from '../api-client.ts';

/** One connection to a stream. */
export type StreamRequest = {
  readonly connection: Connection;
  readonly path: string;
  readonly after: string | null;
  readonly stop: AbortSignal;
};

/**
 * The text of a stream, until the server ends it. A connection that says nothing for
 * `limits.listenSilenceMs` is given up, as is one that a sleeping machine has lost. Whatever goes
 * wrong is an {@link ApiError}, without a status when there is no answer.
 */
export async function* openStream(request: StreamRequest): AsyncGenerator<string, void, undefined> {
  const silence = new AbortController();
  const giveUp = (): void => silence.abort(new Error('silence'));
  let timer = setTimeout(giveUp, limits.listenSilenceMs);
  try {
    const response = await answerOf(request, AbortSignal.any([silence.signal, request.stop]));
    if (response.body === null) return;
    const decoder = new TextDecoder();
    const pieces: AsyncIterable<Uint8Array> = response.body;
    for await (const piece of pieces) {
      // Silence is the server's: how long the caller takes does not count.
      clearTimeout(timer);
      yield decoder.decode(piece, { stream: true });
      timer = setTimeout(giveUp, limits.listenSilenceMs);
    }
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const { origin } = new URL(request.connection.url);
    throw new ApiError(null, `the connection to ${origin} was lost`, { cause });
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

async function answerOf(
  { connection: { url, key, tenant }, path, after }: StreamRequest,
  signal: AbortSignal,
): Promise<Response> {
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${key}`,
    ...(tenant === null ? {} : { 'posthorn-tenant': tenant }),
    ...(after === null ? {} : { 'last-event-id': after }),
  };
  const response = await fetch(`${url}${path}`, { headers, signal }).catch((cause: unknown) => {
    throw new ApiError(null, `no server answers at ${new URL(url).origin}`, { cause });
  });
  if (response.ok) return response;
  const { status } = response;
  const said = saidIn(await response.text());
  throw new ApiError(status, `GET ${path} answered ${status}: ${said}`);
}
