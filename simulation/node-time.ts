import type { Clock, Timers } from '../server/src/core/clock.ts';
import { clockStep, startClock } from '../server/src/core/clock-rule.ts';
import type { ClockState } from '../server/src/core/clock-rule.ts';
import type { Actor, VirtualTime } from './virtual-time.ts';

/** The Unix time at which every world begins. */
export const beginsAtMs = 1_750_000_000_000;

/** How a node's clocks differ from the true time. */
export type ClockFaults = {
  /** How far it stands ahead when a life begins; null for as far as its wall clock does. */
  readonly beginsAheadMs: number | null;
  /** How far its wall clock stands ahead; negative behind. */
  skewMs: number;
  /** How fast its monotonic clock runs; 1 is right. */
  readonly rate: number;
};

/** The clocks and timers of one life of a node. */
export class NodeTime implements Clock, Timers {
  readonly #time: VirtualTime;
  readonly #actor: Actor;
  readonly #faults: ClockFaults;
  #state: ClockState;

  constructor(time: VirtualTime, actor: Actor, faults: ClockFaults) {
    this.#time = time;
    this.#actor = actor;
    this.#faults = faults;
    const { beginsAheadMs, skewMs } = faults;
    this.#state = startClock(this.#wallMs(beginsAheadMs ?? skewMs), this.monotonicMs());
  }

  now() {
    this.#state = clockStep(this.#state, this.#wallMs(), this.monotonicMs());
    return this.#state.now;
  }

  monotonicMs(): number {
    return this.#time.nowMs * this.#faults.rate;
  }

  wallSeconds(): number {
    return Math.floor(this.#wallMs() / 1_000);
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    // A platform's timer has a least delay, too.
    const trueMs = Math.max(1, Math.ceil(delayMs / this.#faults.rate));
    return this.#time.after(trueMs, run, this.#actor);
  }

  #wallMs(skewMs = this.#faults.skewMs): number {
    return beginsAtMs + this.#time.nowMs * this.#faults.rate + skewMs;
  }
}
