import type { FieldError } from '../core/app-error.ts';
import { checkHeader, checkHeaders } from '../core/custom-header.ts';
import type { HeaderProblem } from '../core/custom-header.ts';
import { ed25519Key, isEd25519Secret, isPublicKey } from '../core/ed25519-secret.ts';
import type { SigningScheme } from '../core/endpoint.ts';
import { signingVersion } from '../core/fresh-secret.ts';
import type { SigningVersion } from '../core/fresh-secret.ts';
import { limits } from '../core/limits.ts';

const secretPrefix = 'whsec_';
const secretBytes = { least: 24, most: 64 };

const headerWords: Record<HeaderProblem, string> = {
  bad_name: 'is not a header name',
  bad_value: 'holds characters that a header cannot carry',
  reserved_name: 'is a header that only Posthorn sets',
  name_too_long: `has a name of over ${limits.nameChars} characters`,
  value_too_long: `has over ${limits.customHeaderBytes} bytes`,
  too_many: `has over ${limits.customHeaders} headers`,
  too_large: `has over ${limits.customHeadersBytes} bytes in all`,
  repeated_name: 'names the same header twice',
};

/** What is wrong with custom headers. */
export function headersErrors(
  headers: Readonly<Record<string, string>> | null | undefined,
  pointer: string,
): FieldError[] {
  const pairs = Object.entries(headers ?? {});
  const verdict = checkHeaders(pairs);
  if (verdict.is === 'ok') return [];
  const guilty = pairs.find(([name, value]) => checkHeader(name, value).is === 'refused');
  const at = guilty === undefined ? pointer : `${pointer}/${escaped(guilty[0])}`;
  return [{ pointer: at, message: headerWords[verdict.because] }];
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What is wrong with a secret that a caller brings. */
export function secretErrors(
  secret: string | undefined,
  scheme: SigningScheme,
  pointer: string,
): FieldError[] {
  if (secret === undefined || scheme === 'none') return [];
  if (isPublicKey(secret)) return [{ pointer, message: 'is a public key, which cannot sign' }];
  if (isEd25519Secret(secret)) return privateKeyErrors(secret, scheme, pointer);
  if (scheme !== 'standard') return [];
  const { least, most } = secretBytes;
  const encoded = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : '';
  const bytes = Buffer.from(encoded, 'base64');
  const isExact = bytes.toString('base64') === encoded;
  if (isExact && bytes.length >= least && bytes.length <= most) return [];
  const message = `must be ${secretPrefix} and the base64 of ${least} to ${most} bytes`;
  return [{ pointer, message }];
}

/** What is wrong with the secret that somebody brings, or with the kind that is to be made. */
export function newSecretErrors({
  secret,
  signing,
  scheme,
}: {
  secret?: string | undefined;
  signing?: SigningVersion | undefined;
  scheme: SigningScheme;
}): FieldError[] {
  if (signing === 'v1a' && scheme !== 'standard') {
    return [{ pointer: '/signing', message: 'is for the scheme standard alone' }];
  }
  if (secret !== undefined && signing !== undefined && signingVersion(secret) !== signing) {
    return [{ pointer: '/signing', message: 'is not what the secret given signs by' }];
  }
  return secretErrors(secret, scheme, '/secret');
}

function privateKeyErrors(secret: string, scheme: SigningScheme, pointer: string): FieldError[] {
  if (scheme !== 'standard') return [{ pointer, message: 'signs by the scheme standard alone' }];
  if (ed25519Key(secret) !== null) return [];
  return [
    { pointer, message: 'must be whsk_ and the base64 of a seed, or of a seed and its public key' },
  ];
}
