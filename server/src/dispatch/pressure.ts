import type { Clock, Timers } from '../core/clock.ts';
import { limits } from '../core/limits.ts';

/** How much of the mean each new delay makes. */
const share = 1 / 64;

/**
 * Whether this node, and not an endpoint, is what holds deliveries up: they wait in memory, and
 * those that go stand in the node's own queues. New events then wait a moment, so that a node that
 * is given more than it can send spends itself on sending: what is sent straight from memory costs
 * a third less than what must be read again later.
 */
export class Pressure {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #waitingCount: () => number;
  #meanDelayMs = 0;
  #notedAtMs = Number.NEGATIVE_INFINITY;
  #nextLook: Promise<void> | null = null;

  constructor(deps: { clock: Clock; timers: Timers; waitingCount: () => number }) {
    this.#clock = deps.clock;
    this.#timers = deps.timers;
    this.#waitingCount = deps.waitingCount;
  }

  /** Takes note of how long an attempt that just ended stood in the node's own queues. */
  note(ownDelayMs: number): void {
    this.#meanDelayMs += (ownDelayMs - this.#meanDelayMs) * share;
    this.#notedAtMs = this.#clock.monotonicMs();
  }

  get isHigh(): boolean {
    if (this.#meanDelayMs <= limits.pressureDelayMs) return false;
    if (this.#waitingCount() <= limits.pressureWaiting) return false;
    return this.#clock.monotonicMs() - this.#notedAtMs < limits.pressureStaleMs;
  }

  /**
   * Null when new events may come in at once; else answers when they may, or have waited enough.
   */
  relief(): Promise<void> | null {
    return this.isHigh ? this.#wait() : null;
  }

  async #wait(): Promise<void> {
    for (let looks = 0; looks < limits.pressureLooks && this.isHigh; looks += 1) {
      this.#nextLook ??= this.#look();
      await this.#nextLook;
    }
  }

  /** All who wait share one timer. */
  async #look(): Promise<void> {
    await new Promise<void>((resolve) => this.#timers.after(limits.pressureLookMs, resolve));
    this.#nextLook = null;
  }
}
