import { headerValues } from './header-values.ts';
import type { WebhookHeaders } from './header-values.ts';
import type { HeaderNames } from './claim.ts';
import { signature, signedContent } from './signatures.ts';
import { readKey } from './signing-key.ts';
import { verifySignature } from './verify-signature.ts';
import type { VerifyOptions } from './verify-signature.ts';
import { readEvent } from './webhook-event.ts';
import type { WebhookEvent } from './webhook-event.ts';
import { WebhookVerificationError } from './webhook-verification-error.ts';

/** The bytes of a body before anything parsed them; text stands for its UTF-8. */
export type RawBody = string | Uint8Array | ArrayBuffer;

/** A secret, or several while it rotates: any of them may have signed. */
export type Secrets = string | readonly string[];

/** How a test's webhook is signed. */
export type SignOptions = {
  /** The id of the event; a random one when not given. */
  readonly id?: string;
  readonly now?: Date | number;
  readonly headerNames?: HeaderNames;
};

/** Verifies webhooks, and signs them as Posthorn does, for tests of a receiver. */
export const webhook = {
  /**
   * Verifies a webhook and reads its event; throws WebhookVerificationError.
   *
   * @param secret  `whsec_…`, or `whpk_…` for signatures by ed25519; several while they rotate.
   */
  async verify<Data = unknown>(
    rawBody: RawBody,
    headers: WebhookHeaders,
    secret: Secrets,
    options: VerifyOptions = {},
  ): Promise<WebhookEvent<Data>> {
    const [values, body] = [headerValues(headers), bytesOf(rawBody)];
    const claim = await verifySignature({ secrets: listed(secret), values, body }, options);
    return readEvent({ claim, values, body }) as WebhookEvent<Data>;
  },

  /** The three headers that go with a body; `whsec_…` signs v1, `whsk_…` v1a. */
  async sign(
    rawBody: RawBody,
    secret: Secrets,
    {
      id = `evt_${crypto.randomUUID()}`,
      now = Date.now(),
      headerNames = 'webhook',
    }: SignOptions = {},
  ): Promise<Record<string, string>> {
    const timestamp = String(Math.floor(Number(now) / 1_000));
    const content = signedContent(id, timestamp, bytesOf(rawBody));
    const signatures = await Promise.all(listed(secret).map((each) => signedWith(each, content)));
    return {
      [`${headerNames}-id`]: id,
      [`${headerNames}-timestamp`]: timestamp,
      [`${headerNames}-signature`]: signatures.join(' '),
    };
  },
} as const;

async function signedWith(secret: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const key = readKey(secret);
  const broken = key.is === 'malformed' ? key.because : 'is a public key, which cannot sign';
  const signed = key.is === 'malformed' ? null : await signature(key, content);
  if (signed === null)
    throw new WebhookVerificationError('secret_malformed', `the secret ${broken}`);
  return signed;
}

function listed(secret: Secrets): readonly string[] {
  return typeof secret === 'string' ? [secret] : secret;
}

function bytesOf(rawBody: RawBody): Uint8Array {
  if (typeof rawBody === 'string') return new TextEncoder().encode(rawBody);
  if (rawBody instanceof Uint8Array) return rawBody;
  if (rawBody instanceof ArrayBuffer) return new Uint8Array(rawBody);
  const why = 'a webhook is verified by the raw bytes of its body; this one was parsed already';
  throw new TypeError(why);
}
