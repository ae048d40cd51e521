import type { Outcome } from '../../core/attempt.ts';

/** The names of errors that an attempt without an answer may end with. */
export type UnansweredError = Extract<Outcome, { kind: 'unanswered' }>['error'];

const byCode = new Map<string, UnansweredError>([
  ['ECONNREFUSED', 'connection_refused'],
  ['EHOSTUNREACH', 'connection_refused'],
  ['ENETUNREACH', 'connection_refused'],
  ['EADDRNOTAVAIL', 'connection_refused'],
  ['EACCES', 'connection_refused'],
  ['EPERM', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['ETIMEDOUT', 'connect_timeout'],
  ['UND_ERR_HEADERS_OVERFLOW', 'head_too_large'],
]);

/** What undici says when the endpoint spoke out of turn. */
const outOfTurn = new Set(['bad response', 'bad upgrade']);

/** Names what broke an exchange on an open connection. */
export function nameError(error: unknown): UnansweredError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = byCode.get(String(code));
  if (known !== undefined) return known;
  if (code !== 'UND_ERR_SOCKET') return 'protocol_error';
  return outOfTurn.has(String(message)) ? 'protocol_error' : 'connection_closed';
}

/** Names what broke a TCP connection or TLS handshake. */
export function nameDialError(error: unknown, phase: 'tcp' | 'tls'): UnansweredError {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (phase === 'tcp') return byCode.get(String(code)) ?? 'connection_refused';
  if (code === 'ECONNRESET')
    return syscall === undefined ? 'connection_closed' : 'connection_reset';
  return code === 'EPIPE' ? 'connection_reset' : 'tls_error';
}
