import type { AttemptId, DeliveryId, EndpointId } from '../core/ids.ts';
import type { HeldShard } from '../core/shard.ts';
import { shardOf } from '../core/shard.ts';

type Entry = { readonly shard: number; attemptId: AttemptId | null; isWithdrawn: boolean };

/** What is in flight or not yet recorded, so that a drain or a hand-over can wait for it. */
export class InFlight {
  readonly #entries = new Map<DeliveryId, Entry>();
  readonly #byShard = new Map<number, number>();
  #waiting: { shards: ReadonlySet<number> | null; done: () => void }[] = [];

  get count(): number {
    return this.#entries.size;
  }

  began(deliveryId: DeliveryId, endpointId: EndpointId): void {
    const shard = shardOf(endpointId).number;
    this.#entries.set(deliveryId, { shard, attemptId: null, isWithdrawn: false });
    this.#byShard.set(shard, (this.#byShard.get(shard) ?? 0) + 1);
  }

  ended(deliveryId: DeliveryId): void {
    const entry = this.#entries.get(deliveryId);
    if (entry === undefined) return;
    this.#entries.delete(deliveryId);
    this.#byShard.set(entry.shard, (this.#byShard.get(entry.shard) ?? 1) - 1);
    if (this.#waiting.length > 0) this.#settle();
  }

  /** Notes the attempt that was just handed to the sender. */
  sending(deliveryId: DeliveryId, attemptId: AttemptId): void {
    const entry = this.#entries.get(deliveryId);
    if (entry !== undefined) entry.attemptId = attemptId;
  }

  /** Its delivery was cancelled: what was not handed to the sender yet must not be. */
  withdrawn(deliveryId: DeliveryId): void {
    const entry = this.#entries.get(deliveryId);
    if (entry !== undefined) entry.isWithdrawn = true;
  }

  isWithdrawn(deliveryId: DeliveryId): boolean {
    return this.#entries.get(deliveryId)?.isWithdrawn === true;
  }

  /** The attempts in these shards that were handed to the sender. */
  attemptsIn(shards: readonly HeldShard[]): AttemptId[] {
    const numbers = new Set(shards.map((each) => each.shard.number));
    const entries = [...this.#entries.values()].filter((each) => numbers.has(each.shard));
    return entries.flatMap((each) => each.attemptId ?? []);
  }

  /** Answers when nothing is in flight; in these shards, or anywhere. */
  async idle(shards: readonly HeldShard[] | null = null): Promise<void> {
    const numbers = shards && new Set(shards.map((each) => each.shard.number));
    if (this.#isIdle(numbers)) return;
    await new Promise<void>((done) => this.#waiting.push({ shards: numbers, done }));
  }

  #isIdle(shards: ReadonlySet<number> | null): boolean {
    if (shards === null) return this.#entries.size === 0;
    return [...shards].every((shard) => (this.#byShard.get(shard) ?? 0) === 0);
  }

  #settle(): void {
    const ready = this.#waiting.filter((each) => this.#isIdle(each.shards));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const each of ready) each.done();
  }
}
