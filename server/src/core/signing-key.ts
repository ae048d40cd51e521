import { createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const keyBytes = 32;

/** A key for one purpose, made from the master key; no other purpose has the same. */
export function signingKey(masterKey: Uint8Array, purpose: string): KeyObject {
  const derived = hkdfSync('sha256', masterKey, new Uint8Array(), purpose, keyBytes);
  return createSecretKey(new Uint8Array(derived));
}
