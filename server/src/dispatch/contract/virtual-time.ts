import type { Clock, Timers } from '../../core/clock.ts';
import { instant } from '../../core/instant.ts';
import type { Instant } from '../../core/instant.ts';

type Timer = { readonly atMs: number; readonly turn: number; readonly run: () => void };

/** Clock and timers that only a test moves; all three times of the clock run together. */
export class VirtualTime implements Clock, Timers {
  #nowMs: number;
  #turn = 0;
  readonly #timers = new Set<Timer>();

  constructor(startsAt: Instant) {
    this.#nowMs = startsAt;
  }

  now(): Instant {
    return instant(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallSeconds(): number {
    return Math.floor(this.#nowMs / 1_000);
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    this.#turn += 1;
    const atMs = this.#nowMs + Math.max(0, Math.ceil(delayMs));
    const timer = { atMs, turn: this.#turn, run };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** Runs the next timer that is due by `untilAt`; false when none is, and then it is that time. */
  step(untilAt: Instant): boolean {
    const next = this.#next();
    if (next === null || next.atMs > untilAt) {
      this.#nowMs = Math.max(this.#nowMs, untilAt);
      return false;
    }
    this.#timers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.run();
    return true;
  }

  /** Passes a length of time in which the whole process stood still. */
  skip(lengthMs: number): void {
    this.#nowMs += lengthMs;
  }

  /** Forgets every timer, as the death of a process does. */
  forget(): void {
    this.#timers.clear();
  }

  #next(): Timer | null {
    let first: Timer | null = null;
    for (const each of this.#timers) if (first === null || isBefore(each, first)) first = each;
    return first;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.turn < other.turn);
}
