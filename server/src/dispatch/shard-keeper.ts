import type { EndpointId } from '../core/ids.ts';
import type { HeldShard } from '../core/shard.ts';
import { shardOf } from '../core/shard.ts';
import type { Emit } from '../core/signal.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Catalogue } from '../store/catalogue.ts';
import type { InFlight } from './in-flight.ts';
import type { LaneBook } from './lane-book.ts';

export type ShardKeeperDeps = {
  readonly catalogue: Pick<Catalogue, 'health'>;
  readonly book: LaneBook;
  readonly inFlight: InFlight;
  readonly destination: Pick<Destination, 'cut'>;
  readonly emit: Emit;
  /** Called when shards have become ready, so that what is due there is looked for at once. */
  readonly ready: () => void;
};

/**
 * Makes shards ready when they are taken, and clears their lanes when they are lost. A shard is
 * ready once the stored health of its endpoints has been read, so that no lane opens without it.
 */
export class ShardKeeper {
  readonly #deps: ShardKeeperDeps;
  readonly #readyEpochs = new Map<number, number>();
  #unread: HeldShard[] = [];

  constructor(deps: ShardKeeperDeps) {
    this.#deps = deps;
  }

  /** Whether lanes of this endpoint may open under that lease. */
  isReady(endpointId: EndpointId, lease: HeldShard): boolean {
    return this.#readyEpochs.get(shardOf(endpointId).number) === lease.epoch;
  }

  /** Only those of the given shards that are ready. */
  readyOf(held: readonly HeldShard[]): HeldShard[] {
    return held.filter((each) => this.#readyEpochs.get(each.shard.number) === each.epoch);
  }

  /** Reads what the new owner must begin with. */
  async take(shards: readonly HeldShard[]): Promise<void> {
    this.#unread.push(...shards);
    await this.readUnread();
  }

  /** Tries again for shards whose health could not be read when they were taken. */
  async readUnread(): Promise<void> {
    if (this.#unread.length === 0) return;
    const asked = [...this.#unread];
    try {
      this.#deps.book.restore(await this.#deps.catalogue.health());
      // What was closed meanwhile may have been taken again, under another epoch.
      const shards = asked.filter((each) => this.#unread.includes(each));
      this.#unread = this.#unread.filter((each) => !shards.includes(each));
      for (const each of shards) this.#readyEpochs.set(each.shard.number, each.epoch);
      this.#deps.ready();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'health', cause });
    }
  }

  /** The lease is over: nothing more starts, and what is in flight is cut. */
  lose(shards: readonly HeldShard[]): void {
    this.#close(shards);
    this.#deps.destination.cut(this.#deps.inFlight.attemptsIn(shards));
  }

  /** Nothing more starts; answers when all that began has been recorded. */
  async quiesce(shards: readonly HeldShard[]): Promise<void> {
    this.#close(shards);
    await this.#deps.inFlight.idle(shards);
  }

  #close(shards: readonly HeldShard[]): void {
    const numbers = new Set(shards.map((each) => each.shard.number));
    for (const number of numbers) this.#readyEpochs.delete(number);
    this.#unread = this.#unread.filter((each) => !numbers.has(each.shard.number));
    this.#deps.book.closeShards(numbers);
  }
}
