import { limits } from './limits.ts';

/** Why a custom header is refused. */
export type HeaderProblem =
  | 'bad_name'
  | 'bad_value'
  | 'reserved_name'
  | 'name_too_long'
  | 'value_too_long'
  | 'too_many'
  | 'too_large'
  | 'repeated_name';

export type HeaderVerdict =
  { readonly is: 'ok' } | { readonly is: 'refused'; readonly because: HeaderProblem };

type HeaderPair = readonly [name: string, value: string];

/** Names that decide framing, routing, trust in proxies or identity, and those we set ourselves. */
const reservedNames: ReadonlySet<string> = new Set([
  '__proto__',
  'accept-encoding',
  'alt-used',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-real-ip',
  'x-webhook-signature',
  'x-webhook-timestamp',
]);

const reservedPrefixes = ['posthorn-', 'svix-', 'webhook-', 'x-forwarded-'];

/**
 * Judges one custom header of an endpoint. A name is an HTTP token that is not reserved, in any
 * case of letters; a value holds visible ASCII, blanks, tabs and Latin-1 letters, which are sent
 * as one byte each, and nothing else.
 */
export function checkHeader(name: string, value: string): HeaderVerdict {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return refused('bad_name');
  if (name.length > limits.nameChars) return refused('name_too_long');
  if (isReserved(name.toLowerCase())) return refused('reserved_name');
  if (!/^[\t\x20-\x7e\xa0-\xff]*$/.test(value)) return refused('bad_value');
  return value.length > limits.customHeaderBytes ? refused('value_too_long') : { is: 'ok' };
}

/** Judges all custom headers of an endpoint together; the first problem is answered. */
export function checkHeaders(headers: readonly HeaderPair[]): HeaderVerdict {
  if (headers.length > limits.customHeaders) return refused('too_many');
  const names = new Set<string>();
  let bytes = 0;
  for (const [name, value] of headers) {
    const verdict = checkHeader(name, value);
    if (verdict.is === 'refused') return verdict;
    names.add(name.toLowerCase());
    bytes += name.length + value.length;
  }
  if (names.size < headers.length) return refused('repeated_name');
  return bytes > limits.customHeadersBytes ? refused('too_large') : { is: 'ok' };
}

function isReserved(name: string): boolean {
  return reservedNames.has(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix));
}

function refused(because: HeaderProblem): HeaderVerdict {
  return { is: 'refused', because };
}
