import { createPrivateKey, createPublicKey } from 'node:crypto';

/** A key that verifies, or why a text is none. */
export type ReadSecret = StandardKey | { readonly is: 'malformed'; readonly because: string };

/** A key that verifies by Standard Webhooks. */
export type StandardKey =
  | { readonly is: 'symmetric'; readonly bytes: Uint8Array; readonly text: string }
  /** The 32 bytes of an ed25519 public key. */
  | { readonly is: 'public'; readonly bytes: Uint8Array; readonly text: string };

const symmetricPrefix = 'whsec_';
const publicPrefix = 'whpk_';
const privatePrefix = 'whsk_';
/** The standard asks for 24; some libraries make and take a little less. */
const symmetricBytes = { least: 16, most: 64 } as const;
const publicBytes = 32;
/** DER of a PKCS #8 ed25519 key up to its 32 secret bytes (RFC 8410). */
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Reads a secret as a receiver holds it: `whsec_` and base64, or that base64 alone; `whpk_` for a
 * public key; a private key, `whsk_`, stands for its public one. A public key is never taken as
 * the key of an HMAC, whatever a signature says it is.
 */
export function readSecret(text: string): ReadSecret {
  if (text === '') return malformed('is empty');
  if (text.trim() !== text) return malformed('has white space around it');
  if (text.startsWith(publicPrefix)) return readPublic(text);
  if (text.startsWith(privatePrefix)) return readPrivate(text);
  const encoded = text.startsWith(symmetricPrefix) ? text.slice(symmetricPrefix.length) : text;
  const [prefix] = /^[a-z]+_/.exec(encoded) ?? [];
  if (prefix !== undefined) return malformed(`begins with ${prefix}, which is not known`);
  const bytes = decoded(encoded);
  if (bytes === null) return malformed(`is not base64 after ${symmetricPrefix}`);
  const { least, most } = symmetricBytes;
  if (bytes.length < least) return malformed(`is too short: ${bytes.length} bytes`);
  if (bytes.length > most) return malformed(`is too long: ${bytes.length} bytes, at most ${most}`);
  return { is: 'symmetric', bytes, text };
}

function readPublic(text: string): ReadSecret {
  const bytes = decoded(text.slice(publicPrefix.length));
  if (bytes?.length !== publicBytes) {
    return malformed(`is not the base64 of ${publicBytes} bytes after ${publicPrefix}`);
  }
  return { is: 'public', bytes, text };
}

/** Its 32 secret bytes, with or without the 32 public ones behind them. */
function readPrivate(text: string): ReadSecret {
  const bytes = decoded(text.slice(privatePrefix.length));
  if (bytes === null || (bytes.length !== publicBytes && bytes.length !== 2 * publicBytes)) {
    return malformed(`is not the base64 of 32 or 64 bytes after ${privatePrefix}`);
  }
  const der = Buffer.concat([privateHead, bytes.subarray(0, publicBytes)]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  const { x = '' } = key.export({ format: 'jwk' });
  return { is: 'public', bytes: Buffer.from(x, 'base64url'), text };
}

/** Standard base64, its padding left out or not; null for anything else. */
function decoded(text: string): Buffer | null {
  const [, digits = ''] = /^([A-Za-z0-9+/]+)={0,2}$/.exec(text) ?? [];
  // One digit alone holds no whole byte.
  return digits === '' || digits.length % 4 === 1 ? null : Buffer.from(digits, 'base64');
}

function malformed(because: string): ReadSecret {
  return { is: 'malformed', because };
}
