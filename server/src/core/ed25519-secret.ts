import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Chance } from './clock.ts';

const secretPrefix = 'whsk_';
const publicPrefix = 'whpk_';
const keyBytes = 32;
/** DER of a PKCS #8 ed25519 key up to its seed (RFC 8410). */
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Whether a secret signs by v1a, with a private key, instead of v1. */
export function isEd25519Secret(text: string): boolean {
  return text.startsWith(secretPrefix);
}

/** Whether a text is a public key, which verifies and can never sign. */
export function isPublicKey(text: string): boolean {
  return text.startsWith(publicPrefix);
}

/**
 * The private key of a secret: `whsk_` and the base64 of its seed, with or without its public key
 * behind it. Null when it is malformed, or its public key is another's.
 */
export function ed25519Key(text: string): KeyObject | null {
  const bytes = keyBytesOf(text);
  if (bytes === null) return null;
  const key = keyOfSeed(bytes.subarray(0, keyBytes));
  const stated = bytes.subarray(keyBytes);
  return stated.length === 0 || stated.equals(publicBytes(key)) ? key : null;
}

/** The public key of a secret as its receivers get it, `whpk_…`; null when it has none. */
export function publicKeyText(text: string): string | null {
  const bytes = isEd25519Secret(text) ? keyBytesOf(text) : null;
  if (bytes === null) return null;
  const stated = bytes.subarray(keyBytes);
  const shown = stated.length > 0 ? stated : publicBytes(keyOfSeed(bytes));
  return publicPrefix + shown.toString('base64');
}

/** A fresh secret: `whsk_` and the base64 of seed and public key, as other servers write it. */
export function ed25519SecretText(chance: Chance): string {
  const seed = Buffer.from(chance.bytes(keyBytes));
  return secretPrefix + Buffer.concat([seed, publicBytes(keyOfSeed(seed))]).toString('base64');
}

function keyBytesOf(text: string): Buffer | null {
  const encoded = isEd25519Secret(text) ? text.slice(secretPrefix.length) : '';
  const bytes = Buffer.from(encoded, 'base64');
  const isWhole = bytes.length === keyBytes || bytes.length === 2 * keyBytes;
  return isWhole && bytes.toString('base64') === encoded ? bytes : null;
}

function keyOfSeed(seed: Buffer): KeyObject {
  const der = Buffer.concat([privateHead, seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function publicBytes(key: KeyObject): Buffer {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}
