import type { EndedVerdict } from '../breaker.ts';

/** One ended attempt as the window of attempts in flight sees it. */
export type EndedAttempt = {
  readonly verdict: EndedVerdict;
  /** Whether the endpoint was too slow or said that it has too much to do. */
  readonly isThrottled: boolean;
  /** How many attempts are in flight still. */
  readonly inFlight: number;
};

/**
 * How many attempts an endpoint can take at a time: one more after each window of successes that
 * was used to the full, half as many when it is throttled, and at least one.
 */
export class Concurrency {
  #limit: number;
  #max: number;
  #successes = 0;
  #wasFull = false;
  /** Attempts that began before the last cut and must not cut again. */
  #sinceCut = 0;

  constructor(start: number, max: number) {
    this.#max = Math.max(1, max);
    this.#limit = Math.min(start, this.#max);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Changes the most there may ever be. */
  setMax(max: number): void {
    this.#max = Math.max(1, max);
    this.#limit = Math.min(this.#limit, this.#max);
  }

  /** Lowers the limit to `start`, for an endpoint that has just come back. */
  restart(start: number): void {
    this.#limit = Math.min(this.#limit, start);
    this.#successes = 0;
  }

  started(inFlight: number): void {
    if (inFlight >= this.#limit) this.#wasFull = true;
  }

  ended(attempt: EndedAttempt): void {
    const isBeforeCut = this.#sinceCut > 0;
    if (isBeforeCut) this.#sinceCut -= 1;
    if (attempt.isThrottled && !isBeforeCut) this.#cut(attempt.inFlight);
    else if (attempt.verdict === 'success') this.#grow();
    else if (attempt.verdict === 'failure') this.#successes = 0;
  }

  #cut(inFlight: number): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#successes = 0;
    this.#wasFull = false;
    this.#sinceCut = inFlight;
  }

  #grow(): void {
    this.#successes += 1;
    if (this.#successes < this.#limit) return;
    // A window that nobody needed says nothing about a larger one.
    if (this.#wasFull && this.#limit < this.#max) this.#limit += 1;
    this.#successes = 0;
    this.#wasFull = false;
  }
}
