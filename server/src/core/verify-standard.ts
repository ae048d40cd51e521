import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { limits } from './limits.ts';
import { readSecret } from './standard-secret.ts';
import type { StandardKey } from './standard-secret.ts';
import { readClaim } from './standard-claim.ts';
import type { StandardClaim } from './standard-claim.ts';
import { mismatchHint } from './verify-standard-hint.ts';

/** A request to be verified, as it was received. */
export type SignedRequest = {
  /** Each `whsec_…`, `whpk_…` or `whsk_…`; any of them may have signed. */
  readonly secrets: readonly string[];
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
  /** Unix seconds. */
  readonly now: number;
  /** Seconds that the timestamp may differ from now, either way; five minutes when not given. */
  readonly tolerance?: number;
  /** How the headers are named; `webhook` when not given. */
  readonly headerNames?: 'webhook' | 'svix';
};

/** Whether a request is what it claims to be; the reason is a sentence for people. */
export type Verification = { readonly valid: boolean; readonly reason: string };

/** Verifies a request by Standard Webhooks 1.0.0: `v1` (HMAC-SHA256) and `v1a` (ed25519). */
export function verifyStandard(request: SignedRequest): Verification {
  const keys = request.secrets.map(readSecret);
  const usable = keys.filter((key) => key.is !== 'malformed');
  const [broken] = keys.filter((key) => key.is === 'malformed');
  if (usable.length === 0) return no(`the secret ${broken?.because ?? 'is missing'}`);
  const claim = readClaim(request);
  if (claim.is === 'refused') return no(claim.because);
  const age = request.now - claim.timestamp;
  const tolerance = request.tolerance ?? limits.signatureToleranceMs / 1_000;
  if (Math.abs(age) > tolerance) return no(untimely(age, { ...claim, tolerance }));
  const matching = usable.find((key) => isSignedBy(key, claim, request.body));
  if (matching === undefined) return no(mismatchHint({ keys: usable, claim, body: request.body }));
  const version = matching.is === 'symmetric' ? 'v1' : 'v1a';
  return { valid: true, reason: `a ${version} signature matches` };
}

/** Each signature is compared as it was written. */
function isSignedBy(key: StandardKey, claim: StandardClaim, body: Uint8Array): boolean {
  const content = signedContent(claim, body);
  if (key.is === 'symmetric') {
    const expected = `v1,${createHmac('sha256', key.bytes).update(content).digest('base64')}`;
    return claim.signatures.some((each) => isEqual(each, expected));
  }
  return claim.signatures.some((each) => isSignedWith(each, { key, content }));
}

/** What a signature is over: `id.timestamp.body`. */
function signedContent(
  { id, timestampText }: Pick<StandardClaim, 'id' | 'timestampText'>,
  body: Uint8Array,
): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestampText}.`, 'utf8'), body]);
}

function isSignedWith(
  signature: string,
  { key, content }: { key: Extract<StandardKey, { is: 'public' }>; content: Buffer },
): boolean {
  const [, encoded] = /^v1a,(.*)$/s.exec(signature) ?? [];
  if (encoded === undefined) return false;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return false;
  const x = Buffer.from(key.bytes).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, content, publicKey, bytes);
}

/** Takes as long for every wrong signature of the right length. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function untimely(
  age: number,
  { name, timestampText, tolerance }: { name: string; timestampText: string; tolerance: number },
): string {
  const limit = `at most ${tolerance} s are accepted`;
  if (timestampText.length >= 13) return `${name} is in milliseconds; it must be Unix seconds`;
  return age > 0
    ? `${name} is too old: ${age} s before now, ${limit}; a replay, or a clock that is wrong`
    : `${name} is too new: ${-age} s after now, ${limit}; one of the clocks is wrong`;
}

function no(reason: string): Verification {
  return { valid: false, reason };
}
