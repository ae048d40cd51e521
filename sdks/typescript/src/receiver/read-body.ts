import { answer } from './answer.ts';
import { streamPieces } from '../stream-pieces.ts';
import type { Answer } from './answer.ts';

/** What to do when something has parsed a body before it could be verified. */
export const alreadyRead =
  'the body was read before the webhook was verified, and its raw bytes are gone: put the ' +
  'webhook before every body parser, or have this path parsed as raw bytes';

/** Reads the raw body of a request; an answer when there is none to be read. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | Answer> {
  if (request.method !== 'POST') return notPosted();
  if (request.bodyUsed) return answer(500, { status: 'failed', error: alreadyRead });
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge(maxBytes);
  return request.body === null ? new Uint8Array() : collect(streamPieces(request.body), maxBytes);
}

/** Gathers a body that comes in pieces; an answer when it is too large. */
export async function collect(
  pieces: AsyncIterable<Uint8Array | string>,
  maxBytes: number,
): Promise<Uint8Array | Answer> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
    length += bytes.length;
    if (length > maxBytes) return tooLarge(maxBytes);
    held.push(bytes);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const bytes of held) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return body;
}

/** Webhooks are posted. */
export function notPosted(): Answer {
  const said = answer(405, { status: 'refused', error: 'a webhook is sent by POST' });
  return { ...said, headers: { ...said.headers, allow: 'POST' } };
}

/** Says which limit a body is over. */
export function tooLarge(maxBytes: number): Answer {
  const error = `the body is over maxBodyBytes, which is ${maxBytes}`;
  return answer(413, { status: 'refused', error });
}
