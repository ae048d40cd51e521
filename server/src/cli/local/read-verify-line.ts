import { limits } from '../../core/limits.ts';
import type { SignedRequest } from '../../core/verify-standard.ts';

type Read =
  | {
      readonly is: 'ok';
      readonly request: Pick<SignedRequest, 'secrets' | 'headers' | 'body'> & { now?: number };
    }
  | { readonly is: 'malformed'; readonly because: string };

type Fields = Readonly<Record<string, unknown>>;

/** Reads a request to be verified from a line of JSON; null is a line that was too long. */
export function readVerifyLine(line: string | null): Read {
  if (line === null) return malformed(`has over ${limits.commandLineBytes} bytes`);
  const fields = objectIn(line);
  if (fields === null) return malformed('is not a JSON object');
  const { secret, headers, body, bodyBase64, now } = fields;
  const secrets = fields['secrets'] ?? (secret === undefined ? [] : [secret]);
  if (!isTexts(secrets)) return malformed('has a secret that is not text');
  if (!isHeaders(headers)) return malformed('has no headers: an object of texts is needed');
  const bytes = bytesOf(body, bodyBase64);
  if (bytes === null) return malformed('needs body, as text, or bodyBase64, as base64');
  if (now === undefined || now === null)
    return { is: 'ok', request: { secrets, headers, body: bytes } };
  if (typeof now !== 'number') return malformed('has a now that is not Unix seconds');
  return { is: 'ok', request: { secrets, headers, body: bytes, now } };
}

function objectIn(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : null;
  } catch {
    return null;
  }
}

function bytesOf(body: unknown, bodyBase64: unknown): Uint8Array | null {
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (typeof bodyBase64 !== 'string') return null;
  const bytes = Buffer.from(bodyBase64, 'base64');
  return bytes.toString('base64') === bodyBase64 ? bytes : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isHeaders(value: unknown): value is Record<string, string | string[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === 'string' || isTexts(each));
}

function malformed(because: string): Read {
  return { is: 'malformed', because };
}
