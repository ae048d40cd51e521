import type { EndedVerdict } from '../breaker.ts';
import { limits } from '../limits.ts';

/** How an attempt ended, as its lane sees it. */
export type Ending = {
  readonly verdict: EndedVerdict;
  /** Whether the endpoint was too slow or said that it has too much to do: time-out, 429, 503. */
  readonly isThrottled: boolean;
  /** How long the attempt stood in queues of this node, before and after its time on the wire. */
  readonly ownDelayMs: number;
};

/** The ending of an attempt that was not made or was interrupted. */
export const unspent: Ending = { verdict: 'unspent', isThrottled: false, ownDelayMs: 0 };

type EndedAttempt = Ending & {
  /** How many attempts are in flight still. */
  readonly inFlight: number;
};

/**
 * How many attempts an endpoint can take at a time: twice as many after each window of successes
 * that was used to the full until something shows a limit, from then on one more; half as many
 * when it is throttled, and at least one. A window that stood in this node's own queues gets no
 * larger one: where the node is the limit, more in flight only wait, and fill memory while they do.
 * An endpoint that comes back after a breaker was open is given one more at a time.
 */
export class Concurrency {
  #limit: number;
  #max: number;
  #successes = 0;
  #ownDelayMs = 0;
  #wasFull = false;
  /** Until a window shows where the limit is. */
  #isStarting = true;
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
    this.#isStarting = false;
    this.#beginWindow();
  }

  started(inFlight: number): void {
    if (inFlight >= this.#limit) this.#wasFull = true;
  }

  ended(attempt: EndedAttempt): void {
    const isBeforeCut = this.#sinceCut > 0;
    if (isBeforeCut) this.#sinceCut -= 1;
    if (attempt.isThrottled && !isBeforeCut) this.#cut(attempt.inFlight);
    else if (attempt.verdict === 'success') this.#succeed(attempt.ownDelayMs);
    else if (attempt.verdict === 'failure') this.#beginWindow();
  }

  #cut(inFlight: number): void {
    this.#isStarting = false;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#beginWindow();
    this.#sinceCut = inFlight;
  }

  #succeed(ownDelayMs: number): void {
    this.#successes += 1;
    this.#ownDelayMs += ownDelayMs;
    if (this.#successes < this.#limit) return;
    const meanDelayMs = this.#ownDelayMs / this.#successes;
    // A window that nobody needed says nothing about a larger one.
    if (meanDelayMs > limits.ownDelayGrowMs) this.#isStarting = false;
    if (meanDelayMs > limits.ownDelayShrinkMs) this.#step(-1);
    else if (this.#wasFull && meanDelayMs <= limits.ownDelayGrowMs) {
      this.#step(this.#isStarting ? this.#limit : 1);
    }
    this.#beginWindow();
  }

  #step(by: number): void {
    const least = Math.min(limits.inFlightStart, this.#limit);
    this.#limit = Math.max(least, Math.min(this.#max, this.#limit + by));
  }

  #beginWindow(): void {
    this.#successes = 0;
    this.#ownDelayMs = 0;
    this.#wasFull = false;
  }
}
