import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const keyBytes = 32;

/** A key for one purpose, made from the master key; no other purpose has the same. */
export function signingKey(masterKey: Uint8Array, purpose: string): KeyObject {
  const derived = hkdfSync('sha256', masterKey, new Uint8Array(), purpose, keyBytes);
  return createSecretKey(new Uint8Array(derived));
}

/** The HMAC-SHA256 of a text. */
export function macOf(key: KeyObject, text: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Whether base64url text is that very HMAC; takes as long for every wrong one. */
export function isMac(given: string, right: Buffer): boolean {
  const bytes = Buffer.from(given, 'base64url');
  return bytes.length === right.length && timingSafeEqual(bytes, right);
}
