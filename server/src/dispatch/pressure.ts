import type { Clock, Timers } from '../core/clock.ts';
import { limits } from '../core/limits.ts';

/** How much of the mean each new value makes. */
const share = 1 / 64;

type Comer = { readonly eventCount: number; readonly comeIn: () => void; sinceLook: number };

/**
 * Whether this node, and not an endpoint, is what holds deliveries up: they wait in memory or were
 * left in the store, and those that go stand in the node's own queues. New events then come in at
 * a share of the pace at which deliveries end, so that a node that is given more than it can send
 * catches up: what is sent straight from memory costs half of what must be read again later.
 */
export class Pressure {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #backlog: () => { waiting: number; lanesBehind: number };
  readonly #comers: Comer[] = [];
  #meanDelayMs = 0;
  #meanDeliveries = 1;
  #notedAtMs = Number.NEGATIVE_INFINITY;
  #endedCount = 0;
  #lookCount = 0;
  /** Deliveries that may still be made; below zero after a large batch. */
  #room = 0;

  constructor(deps: {
    clock: Clock;
    timers: Timers;
    /** Deliveries in memory that are not in flight, and lanes that left some in the store. */
    backlog: () => { waiting: number; lanesBehind: number };
  }) {
    this.#clock = deps.clock;
    this.#timers = deps.timers;
    this.#backlog = deps.backlog;
  }

  /** Takes note of how long an attempt that just ended stood in the node's own queues. */
  ended(ownDelayMs: number): void {
    this.#meanDelayMs += (ownDelayMs - this.#meanDelayMs) * share;
    this.#notedAtMs = this.#clock.monotonicMs();
    this.#endedCount += 1;
  }

  /** Takes note of how many deliveries an event made. */
  made(deliveryCount: number): void {
    this.#meanDeliveries += (deliveryCount - this.#meanDeliveries) * share;
  }

  get isHigh(): boolean {
    if (this.#meanDelayMs <= limits.pressureDelayMs) return false;
    if (this.#clock.monotonicMs() - this.#notedAtMs >= limits.pressureStaleMs) return false;
    const { waiting, lanesBehind } = this.#backlog();
    return waiting > limits.pressureWaiting || lanesBehind > 0;
  }

  /**
   * Null when new events may come in at once; else answers when they may, or have waited enough.
   * Who came first comes in first.
   */
  relief(eventCount: number): Promise<void> | null {
    if (this.#comers.length === 0) {
      if (!this.isHigh) return null;
      this.#endedCount = 0;
      this.#room = 0;
      this.#lookLater();
    }
    const sinceLook = this.#lookCount;
    return new Promise((comeIn) => this.#comers.push({ eventCount, comeIn, sinceLook }));
  }

  #lookLater(): void {
    this.#timers.after(limits.pressureLookMs, () => this.#look());
  }

  #look(): void {
    this.#makeRoom();
    this.#lookCount += 1;
    const stays = this.#comers.findIndex((comer) => !this.#mayComeIn(comer));
    const admitted = stays === -1 ? this.#comers.splice(0) : this.#comers.splice(0, stays);
    for (const { comeIn } of admitted) comeIn();
    if (this.#comers.length > 0) this.#lookLater();
  }

  #mayComeIn({ eventCount, sinceLook }: Comer): boolean {
    if (this.#room <= 0 && this.#lookCount - sinceLook < limits.pressureLooks) return false;
    this.#room -= eventCount * this.#meanDeliveries;
    return true;
  }

  #makeRoom(): void {
    const ended = this.#endedCount;
    this.#endedCount = 0;
    if (this.isHigh) this.#room += ended * limits.pressureShare;
    else {
      const free = limits.pressureWaiting - this.#backlog().waiting;
      this.#room = Math.max(this.#room + ended, free);
    }
  }
}
