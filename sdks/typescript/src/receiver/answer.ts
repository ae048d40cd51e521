import type { WebhookHeaders } from '../signing/header-values.ts';

/** A webhook as it came in, before anything parsed its body. */
export type RawWebhook = {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array | string;
  /** Keeps a runtime alive that stops once the answer is out, for `acceptLater`. */
  readonly waitUntil?: WaitUntil | undefined;
};

/** Takes work that goes on after the answer. */
export type WaitUntil = (work: Promise<void>) => void;

/** What the sender is answered; Posthorn keeps the body with the attempt. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What became of a webhook, as the body of an answer says it. */
export type AnswerStatus =
  | 'processed'
  | 'accepted'
  | 'duplicate'
  | 'ignored'
  | 'in_flight'
  | 'replay_too_soon'
  | 'failed'
  | 'rejected'
  | 'retry_later'
  | 'unverified'
  | 'refused'
  | 'store_unavailable';

/** So much of an answer is kept with the attempt. */
const resultBytesMax = 16_384;

/** An answer that says what became of the webhook. */
export function answer(
  status: number,
  said: { readonly status: AnswerStatus } & Readonly<Record<string, unknown>>,
  { retryAfterMs }: { readonly retryAfterMs?: number } = {},
): Answer {
  const wait = retryAfterMs === undefined ? null : String(Math.ceil(retryAfterMs / 1_000));
  const headers = { 'content-type': 'application/json' };
  return {
    status,
    headers: wait === null ? headers : { ...headers, 'retry-after': wait },
    body: JSON.stringify(said),
  };
}

/** The answer to a processed event: what its handler returned, when that is small JSON. */
export function processedAnswer(result: unknown): Answer {
  const plain = answer(200, { status: 'processed' });
  if (result === undefined) return plain;
  try {
    const body = JSON.stringify(result) as string | undefined;
    if (body === undefined) return plain;
    const resultBytes = new TextEncoder().encode(body).length;
    if (resultBytes <= resultBytesMax) return { ...plain, body };
    return answer(200, { status: 'processed', resultOmitted: `${resultBytes} bytes are too many` });
  } catch (error) {
    // The event was processed; that its result is no JSON must not have it sent again.
    return answer(200, { status: 'processed', resultOmitted: String(error) });
  }
}
