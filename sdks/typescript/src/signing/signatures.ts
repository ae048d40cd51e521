import { decodeBase64, encodeBase64 } from './base64.ts';
import type { SigningKey } from './signing-key.ts';

type Bytes = Uint8Array<ArrayBuffer>;
/** Not every set of types for runtimes names it. */
type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type Symmetric = Extract<SigningKey, { is: 'symmetric' }>;
type Asymmetric = Exclude<SigningKey, Symmetric>;

/** DER of a PKCS #8 ed25519 key up to its 32 secret bytes (RFC 8410). */
const privateHead = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/** What a signature is over: `id.timestamp.body`. */
export function signedContent(id: string, timestampText: string, body: Uint8Array): Bytes {
  const head = new TextEncoder().encode(`${id}.${timestampText}.`);
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return content;
}

/** The HMAC-SHA256 of `v1`, as bytes. */
export async function digest(key: Bytes, content: Bytes): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, content));
}

/** A signature with its version: `v1,…` or `v1a,…`. A public key cannot make one. */
export async function signature(key: SigningKey, content: Bytes): Promise<string | null> {
  if (key.is === 'public') return null;
  if (key.is === 'symmetric') return `v1,${encodeBase64(await digest(key.bytes, content))}`;
  const secret = await importPrivate(key.bytes, false);
  const bytes = await crypto.subtle.sign('Ed25519', secret, content);
  return `v1a,${encodeBase64(new Uint8Array(bytes))}`;
}

/** Whether one of the signatures was made over the content with this key, or its private one. */
export async function isSignedBy(
  key: SigningKey,
  content: Bytes,
  signatures: readonly string[],
): Promise<boolean> {
  if (key.is !== 'symmetric') return isSignedForPublic(key, content, signatures);
  const expected = await signature(key, content);
  // Every signature is looked at, each for as long: how many were wrong shows in no time.
  return expected !== null && signatures.filter((each) => isEqual(each, expected)).length > 0;
}

async function isSignedForPublic(
  key: Asymmetric,
  content: Bytes,
  signatures: readonly string[],
): Promise<boolean> {
  const candidates = signatures.filter((each) => each.startsWith('v1a,'));
  if (candidates.length === 0) return false;
  const publicKey = await importPublic(key);
  for (const candidate of candidates) {
    const bytes = strictlyDecoded(candidate.slice(4));
    if (bytes === null) continue;
    if (await crypto.subtle.verify('Ed25519', publicKey, bytes, content)) return true;
  }
  return false;
}

async function importPublic(key: Asymmetric): Promise<WebKey> {
  if (key.is === 'public') {
    return crypto.subtle.importKey('raw', key.bytes, 'Ed25519', false, ['verify']);
  }
  const { x = '' } = await crypto.subtle.exportKey('jwk', await importPrivate(key.bytes, true));
  const jwk = { kty: 'OKP', crv: 'Ed25519', x };
  return crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
}

function importPrivate(seed: Bytes, isShown: boolean): Promise<WebKey> {
  const der = Uint8Array.from([...privateHead, ...seed]);
  return crypto.subtle.importKey('pkcs8', der, 'Ed25519', isShown, ['sign']);
}

/** A signature is written in one way alone. */
function strictlyDecoded(text: string): Bytes | null {
  const bytes = decodeBase64(text);
  return bytes !== null && encodeBase64(bytes) === text ? bytes : null;
}

/** Takes as long for every wrong signature of the right length. */
function isEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at += 1) {
    difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}
