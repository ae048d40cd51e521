import { readClaim } from './claim.ts';
import type { Claim, HeaderNames } from './claim.ts';
import type { HeaderValues } from './header-values.ts';
import { mismatchHint } from './mismatch-hint.ts';
import { isSignedBy, signedContent } from './signatures.ts';
import { readKey } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';
import { WebhookVerificationError } from './webhook-verification-error.ts';

/** How strictly a webhook is verified. */
export type VerifyOptions = {
  /** Seconds that the timestamp may differ from now, either way; 300 when not given. */
  readonly toleranceSeconds?: number;
  /** The present moment, for tests. */
  readonly now?: Date | number;
  /** `webhook` when not given. */
  readonly headerNames?: HeaderNames;
};

/** A request as it was received; any of the secrets may have signed it. */
export type SignedRequest = {
  readonly secrets: readonly string[];
  readonly values: HeaderValues;
  readonly body: Uint8Array;
};

const toleranceSecondsDefault = 300;

/** Verifies by Standard Webhooks, `v1` and `v1a`; throws WebhookVerificationError. */
export async function verifySignature(
  { secrets, values, body }: SignedRequest,
  { toleranceSeconds = toleranceSecondsDefault, now, headerNames = 'webhook' }: VerifyOptions = {},
): Promise<Claim> {
  const keys = usableKeys(secrets);
  const claim = readClaim(values, headerNames);
  if (claim.is === 'refused') throw new WebhookVerificationError(claim.code, claim.because);
  assertTimely(claim, { nowSeconds: secondsOf(now), toleranceSeconds });
  const content = signedContent(claim.id, claim.timestampText, body);
  for (const key of keys) {
    if (await isSignedBy(key, content, claim.signatures)) return claim;
  }
  const why = await mismatchHint({ keys, claim, body });
  throw new WebhookVerificationError('signature_mismatch', why);
}

function usableKeys(secrets: readonly string[]): SigningKey[] {
  const read = secrets.map(readKey);
  const usable = read.filter((key) => key.is !== 'malformed');
  if (usable.length > 0) return usable;
  const [broken] = read.filter((key) => key.is === 'malformed');
  const why = `the secret ${broken?.because ?? 'is missing'}`;
  throw new WebhookVerificationError('secret_malformed', why);
}

function assertTimely(
  { timestamp, timestampText, name }: Claim,
  { nowSeconds, toleranceSeconds }: { nowSeconds: number; toleranceSeconds: number },
): void {
  const age = nowSeconds - timestamp;
  if (Math.abs(age) <= toleranceSeconds) return;
  if (timestampText.length >= 13) {
    const why = `${name} is in milliseconds; it must be Unix seconds`;
    throw new WebhookVerificationError('header_malformed', why);
  }
  const limit = `at most ${toleranceSeconds} s are accepted`;
  throw age > 0
    ? new WebhookVerificationError(
        'timestamp_too_old',
        `${name} is too old: ${age} s before now, ${limit}; a replay, or a clock that is wrong`,
      )
    : new WebhookVerificationError(
        'timestamp_too_new',
        `${name} is too new: ${-age} s after now, ${limit}; one of the clocks is wrong`,
      );
}

function secondsOf(now: Date | number = Date.now()): number {
  return Math.floor(Number(now) / 1_000);
}
