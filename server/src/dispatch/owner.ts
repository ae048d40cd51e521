import type { Clock, Timers } from '../core/clock.ts';
import type { EndpointId, NodeId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { shardCount, shardOf } from '../core/shard.ts';
import type { HeldShard, Shard } from '../core/shard.ts';
import type { Emit } from '../core/signal.ts';
import type { Queue } from '../store/queue.ts';

export type OwnerDeps = {
  readonly queue: Pick<Queue, 'lease' | 'release'>;
  readonly node: NodeId;
  /** Whether other nodes may own shards of the same store. */
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly emit: Emit;
  /** Shards that were just taken. */
  readonly taken: (shards: readonly HeldShard[]) => void;
  /** Shards whose lease ran out or was lost: what is in flight there must be cut. */
  readonly lost: (shards: readonly HeldShard[]) => void;
  /** Ends new work in these shards and answers when nothing there is in flight or unrecorded. */
  readonly quiesce: (shards: readonly HeldShard[]) => Promise<void>;
};

const allShards: readonly Shard[] = Array.from({ length: shardCount }, (_, number) => ({
  cell: 0,
  number,
}));

/**
 * Holds shards for this node. A lease is counted from before its renewal was sent, on the
 * monotonic clock: nothing starts after 7 s, and what is in flight is cut at 9 s of its 10.
 */
export class Owner {
  readonly #deps: OwnerDeps;
  readonly #held = new Map<number, HeldShard>();
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #cutTimer: { cancel(): void } | null = null;
  #renewTimer: { cancel(): void } | null = null;
  #leaving = new Set<number>();
  /** When the release of a shard was answered last; infinite while it is under way. */
  readonly #givenAwayAtMs = new Map<number, number>();
  #isStopped = false;

  constructor(deps: OwnerDeps) {
    this.#deps = deps;
  }

  /** Takes the first shards; answers once the store has answered. */
  async start(): Promise<void> {
    await this.#renew();
    if (this.#deps.isShared) this.#schedule();
  }

  /** The shards held now. */
  held(): HeldShard[] {
    return [...this.#held.values()];
  }

  /** The lease under which an attempt at this endpoint may start now; null when it may not. */
  leaseOf(endpointId: EndpointId): HeldShard | null {
    const { number } = shardOf(endpointId);
    const held = this.#held.get(number);
    if (held === undefined || this.#leaving.has(number)) return null;
    if (!this.#deps.isShared) return held;
    const ageMs = this.#deps.clock.monotonicMs() - this.#renewedAtMs;
    return ageMs < limits.leaseStartStopMs ? held : null;
  }

  /** Whether this node still holds the shard under the same epoch. */
  holds(shard: HeldShard): boolean {
    return this.#held.get(shard.shard.number)?.epoch === shard.epoch;
  }

  /** Ends; gives every shard away if nothing is in flight or unrecorded, else lets them run out. */
  async stop({ isClean }: { isClean: boolean }): Promise<void> {
    this.#isStopped = true;
    this.#renewTimer?.cancel();
    this.#cutTimer?.cancel();
    const shards = this.held();
    this.#held.clear();
    if (!isClean || shards.length === 0) return;
    await this.#deps.queue.release({ node: this.#deps.node, shards });
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#renewTimer = this.#deps.timers.after(limits.leaseRenewMs, () => void this.#renewAgain());
  }

  async #renewAgain(): Promise<void> {
    try {
      await this.#renew();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'lease', cause });
    }
    this.#schedule();
  }

  async #renew(): Promise<void> {
    const sentAtMs = this.#deps.clock.monotonicMs();
    const { queue, node } = this.#deps;
    const answer = await queue.lease({ node, shards: this.#wanted(), leaseMs: limits.leaseMs });
    if (this.#isStopped) return;
    const tookMs = this.#deps.clock.monotonicMs() - sentAtMs;
    if (this.#deps.isShared && tookMs >= limits.leaseCutMs) return;
    this.#renewedAtMs = sentAtMs;
    // A grant from before a release says nothing about after it.
    this.#hold(answer.held.filter(({ shard }) => this.#givenAwayAt(shard) < sentAtMs));
    if (!this.#deps.isShared) return;
    this.#armCut(sentAtMs);
    void this.#share(answer.nodes.length);
  }

  #wanted(): Shard[] {
    const isContent = this.#held.size > 0 && this.#held.size >= this.#fairShare;
    if (isContent) return this.held().map((each) => each.shard);
    // A release under way would free what was asked for again, and nobody would know.
    return allShards.filter((shard) => this.#givenAwayAt(shard) !== Number.POSITIVE_INFINITY);
  }

  #givenAwayAt({ number }: Shard): number {
    return this.#givenAwayAtMs.get(number) ?? Number.NEGATIVE_INFINITY;
  }

  #fairShare = shardCount;

  #hold(answered: readonly HeldShard[]): void {
    const now = new Map(answered.map((each) => [each.shard.number, each]));
    const lost = this.held().filter((each) => now.get(each.shard.number)?.epoch !== each.epoch);
    for (const each of lost) this.#held.delete(each.shard.number);
    const taken = answered.filter((each) => !this.#held.has(each.shard.number));
    for (const each of taken) this.#held.set(each.shard.number, each);
    if (lost.length > 0) this.#deps.lost(lost);
    if (taken.length > 0) this.#deps.taken(taken);
  }

  #armCut(sentAtMs: number): void {
    this.#cutTimer?.cancel();
    const leftMs = limits.leaseCutMs - (this.#deps.clock.monotonicMs() - sentAtMs);
    this.#cutTimer = this.#deps.timers.after(leftMs, () => {
      const lost = this.held();
      this.#held.clear();
      if (lost.length > 0) this.#deps.lost(lost);
    });
  }

  async #share(nodeCount: number): Promise<void> {
    this.#fairShare = Math.ceil(shardCount / Math.max(1, nodeCount));
    const surplus = this.held()
      .filter((each) => !this.#leaving.has(each.shard.number))
      .slice(this.#fairShare);
    if (surplus.length === 0) return;
    for (const each of surplus) this.#leaving.add(each.shard.number);
    try {
      await this.#deps.quiesce(surplus);
      const still = surplus.filter((each) => this.holds(each));
      await this.#giveAway(still);
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'release', cause });
    } finally {
      for (const each of surplus) this.#leaving.delete(each.shard.number);
    }
  }

  async #giveAway(shards: readonly HeldShard[]): Promise<void> {
    const { queue, node, clock } = this.#deps;
    for (const { shard } of shards) {
      this.#held.delete(shard.number);
      this.#givenAwayAtMs.set(shard.number, Number.POSITIVE_INFINITY);
    }
    try {
      await queue.release({ node, shards });
    } finally {
      const now = clock.monotonicMs();
      for (const { shard } of shards) this.#givenAwayAtMs.set(shard.number, now);
    }
  }
}
