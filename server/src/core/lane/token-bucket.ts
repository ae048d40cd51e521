import { later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';

/** Lets `ratePerSecond` attempts start, in bursts of at most a second's worth. Starts empty. */
export class TokenBucket {
  #ratePerMs: number;
  #burst: number;
  #tokens = 0;
  #at: Instant;

  constructor(ratePerSecond: number, now: Instant) {
    this.#ratePerMs = ratePerSecond / 1_000;
    this.#burst = burstOf(ratePerSecond);
    this.#at = now;
  }

  /** Goes on at another rate with the tokens there are. */
  setRate(ratePerSecond: number, now: Instant): void {
    this.#fill(now);
    this.#ratePerMs = ratePerSecond / 1_000;
    this.#burst = burstOf(ratePerSecond);
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  /** When the next attempt may start: `now`, or strictly later. */
  readyAt(now: Instant): Instant {
    this.#fill(now);
    return this.#tokens >= 1 ? now : later(now, (1 - this.#tokens) / this.#ratePerMs);
  }

  take(now: Instant): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  #fill(now: Instant): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#ratePerMs);
    this.#at = now;
  }
}

/** How many attempts may start at one instant at most. */
export function burstOf(ratePerSecond: number): number {
  return Math.min(Math.max(1, ratePerSecond), limits.rateBurst);
}
