import type { Clock } from '../core/clock.ts';
import type { EndpointId, Position } from '../core/ids.ts';
import type { Lanes } from '../core/lane/lanes.ts';
import { limits } from '../core/limits.ts';
import type { Queue, TailItem } from '../store/queue.ts';
import type { InFlight } from './in-flight.ts';
import type { LaneBook } from './lane-book.ts';
import type { Owner } from './owner.ts';
import type { ShardKeeper } from './shard-keeper.ts';

export type TailReaderDeps = {
  readonly queue: Pick<Queue, 'tail'>;
  readonly owner: Owner;
  readonly shards: ShardKeeper;
  readonly lanes: Lanes;
  readonly book: LaneBook;
  readonly inFlight: InFlight;
  readonly clock: Clock;
  readonly wake: () => void;
};

/** Follows what other nodes accepted or changed for the endpoints owned here. */
export class TailReader {
  readonly #deps: TailReaderDeps;
  #after: Position | null = null;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(deps: TailReaderDeps) {
    this.#deps = deps;
  }

  /**
   * Reads on to the newest position, from a read that begins after the call; what it finds early,
   * the due scan would find later. One at a time: who asks while one runs shares the next.
   */
  read(): Promise<void> {
    this.#next ??= this.#readNext(this.#running);
    return this.#next;
  }

  async #readNext(before: Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    this.#next = null;
    this.#running = this.#readOn();
    return this.#running;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const { owner, shards, queue } = this.#deps;
      const held = shards.readyOf(owner.held());
      const limit = limits.tailRows;
      const asked = { shards: held.map((each) => each.shard), after: this.#after, limit };
      const { items, position } = await queue.tail(asked);
      this.#after = position;
      for (const item of items) this.#follow(item);
      if (items.length > 0) this.#deps.wake();
      if (items.length < limit) return;
    }
  }

  #follow(item: TailItem): void {
    const endpointId: EndpointId =
      item.kind === 'accepted' ? item.delivery.endpointId : item.endpointId;
    const lease = this.#deps.owner.leaseOf(endpointId);
    if (lease === null || !this.#deps.shards.isReady(endpointId, lease)) return;
    const now = this.#deps.clock.now();
    if (item.kind === 'changed') {
      // What is held of it is out of date: its row is read again, or is gone.
      this.#deps.inFlight.withdrawn(item.deliveryId);
      this.#deps.lanes.withdrawn(endpointId, item.deliveryId, now);
    }
    if (this.#deps.book.use(endpointId, now) !== 'open') return;
    // Not pushed: by now it may have been loaded, sent and recorded, and would be sent again.
    this.#deps.lanes.missed(endpointId, now);
  }
}
