import { createHmac, createSecretKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ed25519Key } from '../../core/ed25519-secret.ts';
import type { Endpoint, SigningSecret } from '../../core/endpoint.ts';
import type { Instant } from '../../core/instant.ts';

/** A secret made ready to sign; a raw buffer would cost eight times as much per signature. */
export type SigningKey = {
  readonly key: KeyObject;
  readonly createdAt: Instant;
  readonly endsAt: Instant | null;
};

/** What the standard scheme signs. */
export type SignedContent = {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: Uint8Array;
};

const secretPrefix = 'whsec_';

/** The keys of an endpoint for its scheme, in the order of its secrets. */
export function signingKeys({
  scheme,
  secrets,
}: Pick<Endpoint, 'scheme' | 'secrets'>): SigningKey[] {
  return secrets.map((secret) => ({
    key: scheme === 'standard' ? standardKey(secret) : createSecretKey(textBytes(secret)),
    createdAt: secret.createdAt,
    endsAt: secret.endsAt,
  }));
}

/** The keys that sign at an instant: those that have not ended. */
export function keysAt(keys: readonly SigningKey[], at: Instant): readonly SigningKey[] {
  return keys.every(({ endsAt }) => endsAt === null)
    ? keys
    : keys.filter(({ endsAt }) => endsAt === null || endsAt > at);
}

/** The value of `webhook-signature`: one signature per key, so that either secret verifies. */
export function signStandard(content: SignedContent, keys: readonly SigningKey[]): string {
  const head = `${content.id}.${content.timestamp}.`;
  return keys
    .map(({ key }) => {
      if (key.type === 'private') return signAsymmetric(head, content.body, key);
      const hmac = createHmac('sha256', key).update(head).update(content.body);
      return `v1,${hmac.digest('base64')}`;
    })
    .join(' ');
}

/** The same content signed by v1a, which receivers verify with the public key. */
function signAsymmetric(head: string, body: Uint8Array, key: KeyObject): string {
  return `v1a,${sign(null, Buffer.concat([Buffer.from(head), body]), key).toString('base64')}`;
}

/**
 * The value of `X-Webhook-Signature`: hex over the body alone. There is room for one signature,
 * so the oldest secret that has not ended makes it; the change happens when the overlap ends.
 */
export function signHex(body: Uint8Array, keys: readonly SigningKey[]): string | null {
  const [first, ...rest] = keys;
  if (first === undefined) return null;
  const oldest = rest.reduce((a, b) => (b.createdAt <= a.createdAt ? b : a), first);
  return createHmac('sha256', oldest.key).update(body).digest('hex');
}

/** `whsk_` announces a private key. */
function standardKey(secret: SigningSecret): KeyObject {
  return ed25519Key(secret.text) ?? createSecretKey(standardBytes(secret));
}

/** `whsec_` announces base64; a secret brought without it is taken as the text it is. */
function standardBytes(secret: SigningSecret): Buffer {
  return secret.text.startsWith(secretPrefix)
    ? Buffer.from(secret.text.slice(secretPrefix.length), 'base64')
    : textBytes(secret);
}

function textBytes({ text }: SigningSecret): Buffer {
  return Buffer.from(text, 'utf8');
}
