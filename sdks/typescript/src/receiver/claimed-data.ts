import { hexOf } from '../signing/hex-of.ts';

/** What stands for data that was too large to be sent, at a subscription with `claimCheck`. */
export type Claim = {
  readonly url: string;
  readonly bytes: number;
  /** Of the data, in hexadecimal. */
  readonly sha256: string;
  readonly expiresAt: string;
};

/** Data that could not be fetched by its claim: a claim that is over, or bytes that differ. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
}

/** The claim that data consists of; null for data that was sent itself. */
export function claimOf(data: unknown): Claim | null {
  if (typeof data !== 'object' || data === null || !('claim' in data)) return null;
  const claim = data.claim as Partial<Claim> | null;
  const isClaim =
    Object.keys(data).length === 1 &&
    typeof claim?.url === 'string' &&
    typeof claim.bytes === 'number' &&
    typeof claim.sha256 === 'string';
  return isClaim ? (claim as Claim) : null;
}

/**
 * The data of an event, fetched by its claim where it was too large to be sent; its length and
 * digest must be those that were signed. What is not JSON is text. Throws ClaimError.
 */
export async function claimedData<Data>(
  data: Data | { readonly claim: Claim },
  { fetch: own = fetch, signal }: { fetch?: typeof fetch; signal?: AbortSignal } = {},
): Promise<Data> {
  const claim = claimOf(data);
  if (claim === null) return data as Data;
  const answer = await own(claim.url, signal === undefined ? {} : { signal });
  if (!answer.ok) throw new ClaimError(`the claim is answered ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length !== claim.bytes) {
    throw new ClaimError(`${bytes.length} bytes came instead of ${claim.bytes}`);
  }
  const digest = hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  if (digest !== claim.sha256) throw new ClaimError('other bytes came than were claimed');
  const text = new TextDecoder().decode(bytes);
  const isJson = /[/+]json\b/.test(answer.headers.get('content-type') ?? '');
  return (isJson ? JSON.parse(text) : text) as Data;
}
