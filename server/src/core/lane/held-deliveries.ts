import type { PendingDelivery } from '../delivery.ts';
import type { DeliveryId } from '../ids.ts';
import { limits } from '../limits.ts';

/**
 * A delivery that a lane holds. unrecorded: its attempt has ended, its record has not committed.
 * settled: that too, and only a load that began before may still answer its old row.
 */
export type Held<L> = {
  readonly lane: L;
  readonly delivery: PendingDelivery;
  is: 'waiting' | 'in_flight' | 'unrecorded' | 'settled';
  /** The load that was under way when it came to wait, which may know nothing of it. */
  readonly cameDuring: number | null;
  /** Whether the slot that it is in flight in is a reserved one. */
  isSlotReserved: boolean;
};

/** All that the lanes of a node hold, by id. */
export class HeldDeliveries<L> {
  readonly #byId = new Map<DeliveryId, Held<L>>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#byId.size;
  }

  get isFull(): boolean {
    return this.#byId.size >= this.#max;
  }

  /**
   * How many deliveries may wait in one lane, given what is free. A share of what is left of the
   * first half instead of a fixed number, and a few from the second half in any case: so there is
   * room for lanes yet to come, however many hang.
   */
  get shareOfFree(): number {
    const free = this.#max / 2 - this.#byId.size;
    return Math.max(limits.laneHeldMin, free * limits.laneShareOfFree);
  }

  get(id: DeliveryId): Held<L> | undefined {
    return this.#byId.get(id);
  }

  set(id: DeliveryId, held: Held<L>): void {
    this.#byId.set(id, held);
  }

  delete(id: DeliveryId): void {
    this.#byId.delete(id);
  }
}
