import type { AttemptId, DeliveryId, EndpointId } from '../core/ids.ts';
import type { HeldShard } from '../core/shard.ts';
import { shardOf } from '../core/shard.ts';

type Entry = {
  readonly shard: number;
  attemptId: AttemptId | null;
  isWithdrawn: boolean;
  renewedAt: number | null;
};

/**
 * What is in flight or not yet recorded, so that a drain or a hand-over can wait for it. A
 * delivery that is due again at once may begin anew before the end of its last attempt is told.
 */
export class InFlight {
  readonly #entries = new Map<DeliveryId, Entry[]>();
  readonly #byShard = new Map<number, number>();
  #count = 0;
  #waiting: { shards: ReadonlySet<number> | null; done: () => void }[] = [];

  get count(): number {
    return this.#count;
  }

  began(deliveryId: DeliveryId, endpointId: EndpointId): void {
    const shard = shardOf(endpointId).number;
    const entries = this.#entries.get(deliveryId) ?? [];
    entries.push({ shard, attemptId: null, isWithdrawn: false, renewedAt: null });
    this.#entries.set(deliveryId, entries);
    this.#add(shard, 1);
  }

  /** Ends what began first of this delivery. */
  ended(deliveryId: DeliveryId): void {
    const entries = this.#entries.get(deliveryId);
    const entry = entries?.shift();
    if (entry === undefined) return;
    if (entries?.length === 0) this.#entries.delete(deliveryId);
    this.#add(entry.shard, -1);
    if (this.#waiting.length > 0) this.#settle();
  }

  /** Notes the attempt that was just handed to the sender. */
  sending(deliveryId: DeliveryId, attemptId: AttemptId): void {
    const entry = this.#entries.get(deliveryId)?.at(-1);
    if (entry !== undefined) entry.attemptId = attemptId;
  }

  /** Its delivery was cancelled or retried: what was not handed to the sender yet must not be. */
  withdrawn(deliveryId: DeliveryId): void {
    const entry = this.#entries.get(deliveryId)?.at(-1);
    if (entry !== undefined) entry.isWithdrawn = true;
  }

  isWithdrawn(deliveryId: DeliveryId): boolean {
    return this.#entries.get(deliveryId)?.at(-1)?.isWithdrawn === true;
  }

  /** Its delivery was given a new budget when it had so many attempts. */
  renewed(deliveryId: DeliveryId, attemptCount: number): void {
    const entry = this.#entries.get(deliveryId)?.at(-1);
    if (entry !== undefined) entry.renewedAt = attemptCount;
  }

  /** Whether the attempt after so many others is the first of a new budget. */
  isRenewed(deliveryId: DeliveryId, attemptCount: number): boolean {
    return this.#entries.get(deliveryId)?.at(-1)?.renewedAt === attemptCount;
  }

  /** The attempts in these shards that were handed to the sender. */
  attemptsIn(shards: readonly HeldShard[]): AttemptId[] {
    const numbers = new Set(shards.map((each) => each.shard.number));
    const entries = [...this.#entries.values()].flat().filter((each) => numbers.has(each.shard));
    return entries.flatMap((each) => each.attemptId ?? []);
  }

  /** Answers when nothing is in flight; in these shards, or anywhere. */
  async idle(shards: readonly HeldShard[] | null = null): Promise<void> {
    const numbers = shards && new Set(shards.map((each) => each.shard.number));
    if (this.#isIdle(numbers)) return;
    await new Promise<void>((done) => this.#waiting.push({ shards: numbers, done }));
  }

  #isIdle(shards: ReadonlySet<number> | null): boolean {
    if (shards === null) return this.#count === 0;
    return [...shards].every((shard) => (this.#byShard.get(shard) ?? 0) === 0);
  }

  #add(shard: number, by: 1 | -1): void {
    this.#count += by;
    this.#byShard.set(shard, (this.#byShard.get(shard) ?? 0) + by);
  }

  #settle(): void {
    const ready = this.#waiting.filter((each) => this.#isIdle(each.shards));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const each of ready) each.done();
  }
}
