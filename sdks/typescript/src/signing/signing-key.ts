import { decodeBase64 } from './base64.ts';

/** A key of Standard Webhooks: any verifies, a public one does not sign. */
export type SigningKey =
  | { readonly is: 'symmetric'; readonly bytes: Uint8Array<ArrayBuffer>; readonly text: string }
  /** The 32 bytes of an ed25519 public key. */
  | { readonly is: 'public'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The 32 secret bytes of an ed25519 key. */
  | { readonly is: 'private'; readonly bytes: Uint8Array<ArrayBuffer> };

/** A key, or why a text is none. */
export type ReadKey = SigningKey | { readonly is: 'malformed'; readonly because: string };

/** The standard asks for 24; some libraries make and take a little less. */
const symmetricBytes = { least: 16, most: 64 } as const;
const ed25519Bytes = 32;

/**
 * Reads a secret: `whsec_` and base64, or that base64 alone; `whpk_` for a public key, `whsk_` for
 * a private one. A public key is never taken as the key of an HMAC, whatever a signature says.
 */
export function readKey(text: string): ReadKey {
  if (text === '') return malformed('is empty');
  if (text.trim() !== text) return malformed('has white space around it');
  if (text.startsWith('whpk_')) return readPublic(text.slice(5));
  if (text.startsWith('whsk_')) return readPrivate(text.slice(5));
  return readSymmetric(text);
}

function readSymmetric(text: string): ReadKey {
  const encoded = text.startsWith('whsec_') ? text.slice(6) : text;
  const [prefix] = /^[a-z]+_/.exec(encoded) ?? [];
  if (prefix !== undefined) return malformed(`begins with ${prefix}, which is not known`);
  const bytes = decodeBase64(encoded);
  if (bytes === null) return malformed('is not base64 after whsec_');
  const { least, most } = symmetricBytes;
  if (bytes.length < least) return malformed(`is too short: ${bytes.length} bytes`);
  if (bytes.length > most) return malformed(`is too long: ${bytes.length} bytes, at most ${most}`);
  return { is: 'symmetric', bytes, text };
}

function readPublic(encoded: string): ReadKey {
  const bytes = decodeBase64(encoded);
  if (bytes?.length === ed25519Bytes) return { is: 'public', bytes };
  return malformed(`is not the base64 of ${ed25519Bytes} bytes after whpk_`);
}

/** Its 32 secret bytes, with or without the 32 public ones behind them. */
function readPrivate(encoded: string): ReadKey {
  const bytes = decodeBase64(encoded);
  if (bytes?.length === ed25519Bytes || bytes?.length === 2 * ed25519Bytes) {
    return { is: 'private', bytes: bytes.slice(0, ed25519Bytes) };
  }
  return malformed('is not the base64 of 32 or 64 bytes after whsk_');
}

function malformed(because: string): ReadKey {
  return { is: 'malformed', because };
}
