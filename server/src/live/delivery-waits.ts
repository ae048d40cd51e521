import type { Timers } from '../core/clock.ts';
import type { EventId, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Finder } from '../store/finder.ts';

/** What came of waiting: `refused` when too many wait already, or the server is on its way down. */
export type WaitOutcome = 'ended' | 'time_over' | 'refused';

type Waiter = { isOver: boolean; isHinted: boolean; wake: () => void };

/**
 * Whoever waits for every delivery of an event to end. The store alone is believed; a delivery that
 * this node ended is the hint to ask it, and for what ends elsewhere it is asked now and then.
 */
export class DeliveryWaits {
  readonly #finder: Pick<Finder, 'deliveries'>;
  readonly #timers: Timers;
  readonly #waiters = new Map<EventId, Set<Waiter>>();
  #count = 0;
  #isReleased = false;

  constructor({ finder, timers }: { finder: Pick<Finder, 'deliveries'>; timers: Timers }) {
    this.#finder = finder;
    this.#timers = timers;
  }

  /** How many wait. */
  get count(): number {
    return this.#count;
  }

  /** Tells that a delivery of this event has ended. */
  ended(eventId: EventId): void {
    if (this.#count === 0) return;
    for (const waiter of this.#waiters.get(eventId) ?? []) hint(waiter);
  }

  /** Ends all waiting; from now on nobody waits. */
  release(): void {
    this.#isReleased = true;
    for (const ofEvent of this.#waiters.values()) for (const waiter of ofEvent) end(waiter);
  }

  /** Waits at most `waitMs`, which is bounded by `limits.waitMs`. */
  async wait(query: {
    tenantId: TenantId;
    eventId: EventId;
    waitMs: number;
  }): Promise<WaitOutcome> {
    if (this.#isReleased || this.#count >= limits.waiters) return 'refused';
    const waiter: Waiter = { isOver: false, isHinted: false, wake: () => {} };
    const deadline = this.#timers.after(Math.min(query.waitMs, limits.waitMs), () => end(waiter));
    this.#add(query.eventId, waiter);
    try {
      return await this.#watch(query, waiter);
    } finally {
      deadline.cancel();
      this.#remove(query.eventId, waiter);
    }
  }

  async #watch(
    query: { tenantId: TenantId; eventId: EventId },
    waiter: Waiter,
  ): Promise<WaitOutcome> {
    for (;;) {
      waiter.isHinted = false;
      if (!(await this.#owes(query))) return 'ended';
      if (waiter.isOver) return 'time_over';
      if (!waiter.isHinted) await this.#hinted(waiter);
    }
  }

  async #owes({ tenantId, eventId }: { tenantId: TenantId; eventId: EventId }): Promise<boolean> {
    const filter = { tenantId, eventId, state: 'pending' } as const;
    const { rows } = await this.#finder.deliveries(filter, { before: null, limit: 1 });
    return rows.length > 0;
  }

  async #hinted(waiter: Waiter): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiter.wake = resolve;
    const poll = this.#timers.after(limits.waitPollMs, resolve);
    await promise;
    poll.cancel();
  }

  #add(eventId: EventId, waiter: Waiter): void {
    const ofEvent = this.#waiters.get(eventId) ?? new Set();
    this.#waiters.set(eventId, ofEvent.add(waiter));
    this.#count += 1;
  }

  #remove(eventId: EventId, waiter: Waiter): void {
    const ofEvent = this.#waiters.get(eventId);
    ofEvent?.delete(waiter);
    if (ofEvent?.size === 0) this.#waiters.delete(eventId);
    this.#count -= 1;
  }
}

function hint(waiter: Waiter): void {
  waiter.isHinted = true;
  waiter.wake();
}

function end(waiter: Waiter): void {
  waiter.isOver = true;
  hint(waiter);
}
