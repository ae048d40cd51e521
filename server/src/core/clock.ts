import type { Instant } from './instant.ts';

/**
 * The three times the engine may ask for; only the composition root and the simulation make one.
 */
export type Clock = {
  /** The time of stored instants: never goes back while the process lives. */
  now(): Instant;
  /** Milliseconds on a clock that no adjustment moves; only differences mean anything. */
  monotonicMs(): number;
  /** The machine's wall clock in whole Unix seconds, for `webhook-timestamp` alone. */
  wallSeconds(): number;
};

/** Calls back once, after `delayMs` of monotonic time; `cancel` before then prevents it. */
export type Timers = {
  after(delayMs: number, run: () => void): { cancel(): void };
};

/** Randomness, passed in so that a simulation can replay it. */
export type Chance = {
  /** A sample from [0, 1). */
  sample(): number;
  /** Fresh bytes, unpredictable outside a simulation. */
  bytes(count: number): Uint8Array;
};
