import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AddressPolicy } from '../../core/address/address-policy.ts';
import { judgeAddress } from '../../core/address/judge-address.ts';
import { isLocalhost } from '../../core/address/judge-name.ts';
import type { AddressRule } from '../../core/address-rule.ts';
import type { Clock, Timers } from '../../core/clock.ts';
import { limits } from '../../core/limits.ts';
import { nameDialError } from './name-error.ts';
import type { UnansweredError } from './name-error.ts';
import type { Resolve } from './resolve.ts';
import type { Origin } from './target.ts';
import { within } from './within.ts';

/** Starts a TCP connection to an address that was judged; tests record instead of connecting. */
export type OpenSocket = (to: { address: string; port: number }) => Socket;

export type DialDeps = {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
  readonly open: OpenSocket;
  /** Roots to trust instead of the machine's, in PEM. */
  readonly trusted: string | null;
  readonly connectMs: number;
};

/** How long each step took; null for steps not reached or not needed. */
export type DialPhases = { dnsMs: number | null; connectMs: number | null; tlsMs: number | null };

export type DialFailure =
  | { readonly is: 'failed'; readonly error: UnansweredError }
  | { readonly is: 'forbidden'; readonly rule: AddressRule };

type Step<T> = { readonly is: 'ok'; readonly value: T } | DialFailure;

/** A dial under way: `phases` fills as it goes on, and aborting `signal` ends it. */
export type Dial = {
  readonly origin: Origin;
  readonly phases: DialPhases;
  readonly signal: AbortSignal;
};

/** Opens a connection to the real address of a machine; the guard judges it before and after. */
export function openSocket({ address, port }: { address: string; port: number }): Socket {
  return connectTcp({ host: address, port, noDelay: true });
}

/**
 * Finds and judges the addresses of an origin, connects to one of them and, for https, shakes
 * hands under the origin's name. One blocked address refuses the whole answer.
 */
export async function dial(deps: DialDeps, under: Dial): Promise<Step<Socket>> {
  const found = await measured(deps, under, 'dnsMs', () => addressesOf(deps, under));
  if (found.is !== 'ok') return found;
  const verdict = judgeAll(found.value, deps.policy);
  if (verdict.is !== 'ok') return verdict;
  const plain = await measured(deps, under, 'connectMs', () =>
    connectAny(deps, under, found.value),
  );
  if (plain.is !== 'ok' || !under.origin.isSecure) return plain;
  return measured(deps, under, 'tlsMs', () => secure(deps, under, plain.value));
}

async function addressesOf(deps: DialDeps, { origin, signal }: Dial): Promise<Step<string[]>> {
  const { host } = origin;
  if (host.kind === 'address') return { is: 'ok', value: [host.address] };
  if (isLocalhost(host.name)) return { is: 'ok', value: ['127.0.0.1', '::1'] };
  const limit = { timers: deps.timers, limitMs: limits.dnsMs, signal };
  const answer = await within<Step<string[]>>(limit, (settle) => {
    deps.resolve(host.name).then(
      (addresses) => settle({ is: 'ok', value: [...addresses] }),
      () => settle(failed('dns_error')),
    );
  });
  if (answer === null) return failed('dns_error');
  return answer.is === 'ok' && answer.value.length === 0 ? failed('dns_error') : answer;
}

function judgeAll(addresses: readonly string[], policy: AddressPolicy): Step<null> {
  for (const address of addresses) {
    const verdict = judgeAddress(address, policy);
    if (verdict.is === 'forbidden') return verdict;
  }
  return { is: 'ok', value: null };
}

async function connectAny(deps: DialDeps, under: Dial, all: string[]): Promise<Step<Socket>> {
  const addresses = alternated(all).slice(0, limits.addressesTried);
  const limitMs = deps.connectMs / addresses.length;
  let last: Step<Socket> = failed('dns_error');
  for (const address of addresses) {
    last = await connectOne(deps, under, { address, limitMs });
    if (last.is === 'ok' || under.signal.aborted) return last;
  }
  return last;
}

async function connectOne(
  deps: DialDeps,
  { origin, signal }: Dial,
  { address, limitMs }: { address: string; limitMs: number },
): Promise<Step<Socket>> {
  const socket = deps.open({ address, port: origin.port });
  const answer = await ready(socket, 'connect', { timers: deps.timers, limitMs, signal });
  if (answer !== 'ready') {
    socket.destroy();
    return failed(answer === null ? 'connect_timeout' : nameDialError(answer, 'tcp'));
  }
  const verdict = judgeAddress(socket.remoteAddress ?? '', deps.policy);
  if (verdict.is === 'ok') return { is: 'ok', value: socket };
  socket.destroy();
  return socket.remoteAddress === undefined ? failed('connection_reset') : verdict;
}

async function secure(
  deps: DialDeps,
  { origin, signal }: Dial,
  plain: Socket,
): Promise<Step<Socket>> {
  const { host } = origin;
  const socket = connectTls({
    socket: plain,
    host: host.kind === 'address' ? host.address : host.name,
    ...(host.kind === 'name' ? { servername: host.name } : {}),
    ...(deps.trusted === null ? {} : { ca: deps.trusted }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
  });
  const limitMs = limits.tlsMs;
  const answer = await ready(socket, 'secureConnect', { timers: deps.timers, limitMs, signal });
  if (answer === 'ready') return { is: 'ok', value: socket };
  socket.destroy();
  plain.destroy();
  return failed(answer === null ? 'timeout' : nameDialError(answer, 'tls'));
}

/** Waits for a socket's event: `ready`, the error that came instead, or null when time is over. */
function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  limit: { timers: Timers; limitMs: number; signal: AbortSignal },
): Promise<'ready' | Error | null> {
  return within(limit, (settle) => {
    socket.once(event, () => settle('ready'));
    // Stays for the socket's life: an error that nobody awaits any more must not end the process.
    socket.on('error', settle);
    socket.once('close', () => settle(new Error('closed before it was open')));
  });
}

/** IPv4 and IPv6 by turns, so that a machine without one of them still gets through. */
function alternated(addresses: readonly string[]): string[] {
  const six = addresses.filter((each) => each.includes(':'));
  const four = addresses.filter((each) => !each.includes(':'));
  const turns = Math.max(four.length, six.length);
  return Array.from({ length: turns }, (_, turn) => [four[turn], six[turn]])
    .flat()
    .filter((each) => each !== undefined);
}

async function measured<T>(
  { clock }: DialDeps,
  { phases }: Dial,
  phase: keyof DialPhases,
  step: () => Promise<Step<T>>,
): Promise<Step<T>> {
  const fromMs = clock.monotonicMs();
  const answer = await step();
  phases[phase] = clock.monotonicMs() - fromMs;
  return answer;
}

function failed(error: UnansweredError): DialFailure {
  return { is: 'failed', error };
}
