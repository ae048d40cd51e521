import type { AddressPolicy } from '../../../core/address/address-policy.ts';
import type { Clock, Timers } from '../../../core/clock.ts';
import type { HttpDestinationDeps } from '../http-destination.ts';
import { now } from './order.ts';

/** Real monotonic time and timers, with a stored instant that stands still. */
export const clock: Clock = {
  now: () => now,
  monotonicMs: () => performance.now(),
  wallSeconds: () => now / 1_000,
};

/** The process's own timers. */
const timers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** What `--dev` allows: loopback. */
const dev: AddressPolicy = { allow: [], allowLoopback: true };

/** A destination's surroundings for sending to loopback over real sockets. */
export const loopback: HttpDestinationDeps = {
  clock,
  timers,
  policy: dev,
  userAgent: 'Posthorn-test/1',
};
