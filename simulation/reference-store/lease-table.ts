import type { NodeId } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import { later } from '../../server/src/core/instant.ts';
import type { HeldShard, Shard } from '../../server/src/core/shard.ts';
import type { LeaseAnswer } from '../../server/src/store/queue.ts';
import type { Journal } from './journal.ts';
import { JournaledMap } from './journaled-map.ts';

type Lease = { readonly node: NodeId | null; readonly epoch: number; readonly endsAt: Instant };
type LeaseRequest = {
  readonly node: NodeId;
  readonly shards: readonly Shard[];
  readonly leaseMs: number;
};

/** Who owns which shard until when, and which nodes have asked lately. */
export class LeaseTable {
  readonly #leases: JournaledMap<Lease>;
  readonly #seenUntil: JournaledMap<Instant>;

  constructor(journal: Journal) {
    this.#leases = new JournaledMap(journal);
    this.#seenUntil = new JournaledMap(journal);
  }

  /** Whether nobody has taken the shard since `held` was granted. */
  isCurrent({ shard, epoch }: HeldShard): boolean {
    return this.#leases.get(String(shard.number))?.epoch === epoch;
  }

  /** Grants what is free, expired or the node's own; answers only shards that were asked for. */
  lease({ node, shards, leaseMs }: LeaseRequest, now: Instant): LeaseAnswer {
    const endsAt = later(now, leaseMs);
    this.#seenUntil.set(node, endsAt);
    const held = shards.flatMap((shard) => this.#take(shard, { node, endsAt, now }));
    const seen = this.#seenUntil.sorted().filter(([, until]) => until > now);
    return { held, nodes: seen.map(([name]) => name as NodeId) };
  }

  /** Frees the shards that are still the node's. */
  release(node: NodeId, shards: readonly HeldShard[]): void {
    for (const { shard, epoch } of shards) {
      const key = String(shard.number);
      const lease = this.#leases.get(key);
      if (lease?.node !== node || lease.epoch !== epoch) continue;
      this.#leases.set(key, { ...lease, node: null });
    }
  }

  #take(shard: Shard, by: { node: NodeId; endsAt: Instant; now: Instant }): HeldShard[] {
    const key = String(shard.number);
    const lease = this.#leases.get(key) ?? { node: null, epoch: 0, endsAt: by.now };
    const isOwn = lease.node === by.node;
    if (!isOwn && lease.node !== null && lease.endsAt > by.now) return [];
    const epoch = isOwn ? lease.epoch : lease.epoch + 1;
    this.#leases.set(key, { node: by.node, epoch, endsAt: by.endsAt });
    return [{ shard, epoch }];
  }
}
