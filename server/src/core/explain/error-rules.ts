import type { AttemptError } from '../attempt.ts';
import { hostOf, ms, timesOf } from './evidence.ts';
import type { Case, Rule } from './explanation.ts';

/** Errors that are not named by a status. */
type PlainError = Exclude<AttemptError, `http_${number}`>;

/** One rule for each error that is not a status. */
export const errorRules: Record<PlainError, Rule> = {
  timeout: explainTimeout,
  connect_timeout: (seen) => ({
    cause: `No connection to ${hostOf(seen)} came about in time.`,
    evidence: `The attempt gave up after ${timesOf(seen.attempt)}.`,
    fix: 'Check that the host is up and that its firewall lets this server in on that port.',
  }),
  connection_refused: (seen) => ({
    cause: `Nothing listens at ${hostOf(seen)}.`,
    evidence: 'The connection was refused.',
    fix: 'Start the receiver, or correct the port in the URL of the endpoint.',
  }),
  connection_reset: (seen) => ({
    cause: `${hostOf(seen)} cut the connection before it had answered.`,
    evidence: `The connection was reset after ${timesOf(seen.attempt)}.`,
    fix: 'Look for a crash or restart of the receiver, or a proxy that cuts it off earlier.',
  }),
  connection_closed: (seen) => ({
    cause: `${hostOf(seen)} closed the connection without an answer.`,
    evidence: `The connection was closed after ${timesOf(seen.attempt)}.`,
    fix: 'Make the receiver answer each request with a status before it closes the connection.',
  }),
  dns_error: (seen) => ({
    cause: `The name ${hostOf(seen)} could not be resolved.`,
    evidence: 'DNS gave no address for it.',
    fix: 'Check the spelling of the URL, and that the name has a public A or AAAA record.',
  }),
  tls_error: (seen) => ({
    cause: `No trusted TLS connection to ${hostOf(seen)} could be made.`,
    evidence: `The TLS handshake failed after ${timesOf(seen.attempt)}.`,
    fix:
      'Check that the certificate is valid for that name, has not expired, comes with its ' +
      'intermediate certificates, and that the port speaks TLS.',
  }),
  protocol_error: (seen) => ({
    cause: `${hostOf(seen)} did not answer in valid HTTP.`,
    evidence: `What came back could not be read as an HTTP answer (${timesOf(seen.attempt)}).`,
    fix: 'Check that the port of the URL is an HTTP server and that no proxy spoils its answers.',
  }),
  head_too_large: () => ({
    cause: 'The head of the answer is larger than allowed.',
    evidence: 'Reading stopped within the status line and headers.',
    fix: 'Answer with fewer or shorter headers; the receiver of a webhook needs none, nor cookies.',
  }),
  // The address stays unsaid: what a name resolves to inside our network is not for its owner.
  address_forbidden: () => ({
    cause: 'The address of this endpoint is not one that deliveries may go to.',
    evidence: 'The address guard stopped the attempt before anything was sent.',
    fix:
      'Use a public address. To deliver inside your network the operator allows the range with ' +
      '--allow-address; for development use `posthorn listen`.',
  }),
  interrupted: () => ({
    cause:
      'This server ended the attempt itself, because it shut down or handed the endpoint over.',
    evidence: 'The attempt was cut while it waited for the endpoint.',
    fix: 'Nothing: it is repeated at once and spends none of the attempts.',
  }),
  sender_crashed: () => ({
    cause: 'The part of this server that sends crashed during the attempt.',
    evidence: 'The sender stopped before it told how the attempt ended.',
    fix: 'Nothing at the endpoint: it is tried again. If it recurs, the server log says why.',
  }),
};

/** One rule for each phase in which the time may run out. */
const timeoutRules: Record<'connect' | 'tls' | 'answer' | 'body', Rule> = {
  connect: errorRules.connect_timeout,
  tls: (seen) => ({
    cause: `${hostOf(seen)} did not finish the TLS handshake ${within(seen)}.`,
    fix: 'Check that the port speaks TLS and that the server is not overloaded.',
  }),
  answer: (seen) => ({
    cause: `The receiver did not answer ${within(seen)}.`,
    fix: 'Answer 2xx as soon as the event is stored, and do the work after that.',
  }),
  body: (seen) => ({
    cause: `The receiver began its answer and did not end it ${within(seen)}.`,
    fix: 'Send a short answer or none: status and headers are enough.',
  }),
};

function explainTimeout(seen: Case): ReturnType<Rule> {
  const evidence = `The attempt gave up after ${timesOf(seen.attempt)}.`;
  return { ...timeoutRules[slowPhase(seen)](seen), evidence };
}

/** Where the time went; a connection that was reused has no times for being made. */
function slowPhase({ attempt, endpoint }: Case): keyof typeof timeoutRules {
  const { dnsMs, connectMs, tlsMs, firstByteMs } = attempt.phases;
  if (firstByteMs !== null) return 'body';
  if (dnsMs !== null && connectMs === null) return 'connect';
  const isHandshaking = connectMs !== null && tlsMs === null;
  return isHandshaking && endpoint.url.startsWith('https:') ? 'tls' : 'answer';
}

function within({ endpoint }: Case): string {
  return `within ${ms(endpoint.timeoutMs)}`;
}
