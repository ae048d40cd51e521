import assert from 'node:assert/strict';
import type { PendingDelivery } from '../delivery.ts';
import type { EndpointHealth } from '../endpoint-health.ts';
import type { Instant } from '../instant.ts';
import { later } from '../instant.ts';
import { limits } from '../limits.ts';
import { Concurrency, unspent } from './concurrency.ts';
import type { Ending } from './concurrency.ts';
import type { Held, HeldDeliveries } from './held-deliveries.ts';
import { LaneBacklog } from './lane-backlog.ts';
import type { LaneLoad } from './lane-backlog.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';
import { LaneHealth } from './lane-health.ts';
import type { LanesPolicy } from './lanes-policy.ts';
import { burstOf, TokenBucket } from './token-bucket.ts';
import { goesBefore, WaitingList } from './waiting-list.ts';

/** What a lane and its neighbours share. */
export type LaneDeps = { readonly policy: LanesPolicy; readonly held: HeldDeliveries<Lane> };

/**
 * One endpoint's queue inside the node that owns it. It knows what it holds and when it may act;
 * whose turn it is among lanes is not its business.
 */
export class Lane {
  readonly backlog = new LaneBacklog();
  #endpoint: LaneEndpoint;
  #health: LaneHealth;
  #isOpen = true;
  #probe: Held<Lane> | null = null;
  #bucket: TokenBucket | null;
  #inFlight = 0;
  #unrecorded = 0;
  readonly #policy: LanesPolicy;
  readonly #held: HeldDeliveries<Lane>;
  readonly #waiting = new WaitingList();
  readonly #concurrency: Concurrency;
  /** Order keys whose delivery is in flight or unrecorded. */
  readonly #busyKeys = new Set<string>();

  constructor(deps: LaneDeps, endpoint: LaneEndpoint, health: EndpointHealth | null, now: Instant) {
    this.#policy = deps.policy;
    this.#held = deps.held;
    this.#endpoint = endpoint;
    this.#health = new LaneHealth(health, now);
    this.#concurrency = new Concurrency(deps.policy.startConcurrency, endpoint.maxInFlight);
    this.#bucket = bucketOf(endpoint, now);
  }

  get endpoint(): LaneEndpoint {
    return this.#endpoint;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether nothing is left that must be waited for. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && this.#unrecorded === 0;
  }

  /** Whether its breaker is open or probing. */
  get isTripped(): boolean {
    return this.#isOpen && this.#health.breaker.is !== 'closed';
  }

  /** Whether the store has more for it, and nothing but its turn keeps that from going. */
  get isShort(): boolean {
    return this.backlog.isBehind && !this.#endpoint.isHeld && !this.isTripped;
  }

  get row(): EndpointHealth {
    return this.#health.row(this.#endpoint);
  }

  hasRecentSuccess(now: Instant): boolean {
    return this.#health.hasRecentSuccess(now);
  }

  /** Goes on under a changed policy with what it holds. */
  change(endpoint: LaneEndpoint, now: Instant): void {
    this.#endpoint = endpoint;
    this.#concurrency.setMax(endpoint.maxInFlight);
    if (endpoint.ratePerSecond === null || this.#bucket === null) {
      this.#bucket = bucketOf(endpoint, now);
    } else this.#bucket.setRate(endpoint.ratePerSecond, now);
    if (endpoint.isHeld) this.#dropWaiting();
  }

  /** Opens again a lane that was closed with attempts still in flight, as a new owner would. */
  reopen(endpoint: LaneEndpoint, health: EndpointHealth | null, now: Instant): void {
    this.#isOpen = true;
    this.#endpoint = endpoint;
    this.#health = new LaneHealth(health, now);
    this.#concurrency.setMax(endpoint.maxInFlight);
    this.#concurrency.restart(this.#policy.startConcurrency);
    this.#bucket = bucketOf(endpoint, now);
  }

  /** Forgets what waits; what is in flight or unrecorded stays held until recorded. */
  close(): void {
    this.#isOpen = false;
    this.#probe = null;
    this.#dropWaiting();
    this.backlog.abandonLoad();
    this.forgetSettled();
  }

  /** Takes in a row of the store that is not older than what the lane knows of it. */
  push(delivery: PendingDelivery, now: Instant): void {
    if (delivery.dueAt > later(now, this.#policy.aheadMs)) return;
    if (this.backlog.isBehind && !this.backlog.isLoading) return;
    this.admit(delivery, now);
  }

  /** Holds a delivery that may go soon, if there is room or it goes before what waits. */
  admit(delivery: PendingDelivery, now: Instant): void {
    if (!this.#sendsSoon(now)) this.backlog.dropped();
    else if (this.#waiting.size < this.capacity || this.#makesRoomFor(delivery)) {
      this.#wait(delivery);
    } else this.backlog.dropped();
  }

  /** The due scan saw something. */
  wants(now: Instant): void {
    const explainsIt = !this.isIdle || (this.#waiting.at(0)?.dueAt ?? Infinity) <= now;
    if (this.backlog.isLoading || (explainsIt && this.backlog.isLevelAt(now))) return;
    this.backlog.dropped();
  }

  /** How many deliveries may wait: fewer when many are held elsewhere, or few can go soon. */
  get capacity(): number {
    if (this.#held.isFull) return 0;
    const { heldPerLane, aheadMs } = this.#policy;
    const bySlots = this.#concurrency.limit * limits.laneHeldPerSlot;
    const rate = this.#endpoint.ratePerSecond;
    const byRate = rate === null ? bySlots : (rate * aheadMs) / 1_000 + burstOf(rate);
    const room = Math.min(heldPerLane, bySlots, byRate, this.#held.shareOfFree);
    return Math.max(1, Math.floor(room));
  }

  /** When it may send something: not after now, a later time, or null: only an event can tell. */
  sendAt(now: Instant): Instant | null {
    const gateAt = this.#gateAt(now);
    if (gateAt === null || this.#inFlight >= this.#concurrency.limit) return null;
    const unforgotten = this.#unrecorded + this.backlog.settledCount;
    if (unforgotten >= this.#policy.unrecordedPerLane) return null;
    const first = this.#waiting.at(this.#firstFree());
    if (first === undefined) return null;
    return latest(latest(first.dueAt, gateAt), this.#bucket?.readyAt(now) ?? now);
  }

  /** When it needs a load, as {@link sendAt}. */
  loadAt(now: Instant): Instant | null {
    if (!this.backlog.isBehind || this.backlog.isLoading) return null;
    const gateAt = this.#gateAt(now);
    if (gateAt === null) return null;
    const size = this.#waiting.size;
    if (size > 0 && size >= this.capacity / 2) return null;
    return latest(gateAt, this.backlog.retryAt);
  }

  /** Moves the next delivery to in flight; only when {@link sendAt} says so. */
  start(now: Instant): Held<Lane> {
    const isProbe = this.#health.breaker.is === 'open';
    const index = isProbe ? this.#leastTried(now) : this.#firstFree();
    const delivery = this.#waiting.takeAt(index);
    assert(delivery !== undefined, 'a lane starts only what waits');
    const held = this.#held.get(delivery.id);
    assert(held !== undefined, 'what waits is held');
    held.is = 'in_flight';
    this.#inFlight += 1;
    this.#bucket?.take(now);
    this.#concurrency.started(this.#inFlight);
    if (delivery.orderKey !== null) this.#busyKeys.add(delivery.orderKey);
    if (isProbe) this.#startProbe(held, now);
    return held;
  }

  /** Ends an attempt in flight; answers the endpoint's row when it must be written. */
  end(held: Held<Lane>, attempt: Ending, now: Instant): EndpointHealth | null {
    held.is = 'unrecorded';
    this.#inFlight -= 1;
    this.#unrecorded += 1;
    if (!this.#isOpen) return null;
    const wasTripped = this.isTripped;
    const isProbe = this.#probe === held;
    if (isProbe) this.#probe = null;
    this.#concurrency.ended({ ...attempt, inFlight: this.#inFlight });
    const { verdict } = attempt;
    const isRowStale = this.#health.ended(this.#endpoint, { verdict, isProbe }, now);
    if (wasTripped && !this.isTripped) this.#concurrency.restart(this.#policy.startConcurrency);
    if (!this.#sendsSoon(now)) this.#dropWaiting();
    else if (verdict === 'failure') this.#trim();
    return isRowStale ? this.row : null;
  }

  /** Frees what an id occupies and forgets it, or keeps it from the load under way. */
  settle(held: Held<Lane>, now: Instant): void {
    const { orderKey } = held.delivery;
    if (held.is === 'settled') return;
    if (held.is === 'in_flight') this.end(held, unspent, now);
    if (held.is === 'waiting') this.#waiting.remove(held.delivery);
    else {
      this.#unrecorded -= 1;
      if (orderKey !== null) this.#busyKeys.delete(orderKey);
    }
    this.#forget(held.delivery);
  }

  /** The load to begin: its limit exceeds what is held, so that it always tells something new. */
  beginLoad(ticket: number, now: Instant): LaneLoad {
    const room = Math.max(1, this.capacity - this.#waiting.size);
    const limit = this.#waiting.size + this.#inFlight + this.#unrecorded + room;
    const load = { ticket, dueBefore: later(now, this.#policy.aheadMs), limit };
    this.backlog.begin(load, now);
    return load;
  }

  /**
   * Lets go of what waits in an order and would be among the rows of the load under way, but is
   * not: it was superseded or cancelled, and what goes instead of it may be among them.
   */
  forgetGone(rows: readonly PendingDelivery[]): void {
    const { load } = this.backlog;
    const ordered = this.#waiting.ordered;
    if (load === null || ordered.length === 0) return;
    const found = new Set(rows.map(({ id }) => id));
    const last = rows.length < load.limit ? undefined : rows.at(-1);
    for (const delivery of ordered) {
      const { id, dueAt } = delivery;
      const isKnown = this.#held.get(id)?.cameDuring !== load.ticket && dueAt < load.dueBefore;
      const isWithin = last === undefined || goesBefore(delivery, last);
      if (!isKnown || !isWithin || found.has(id)) continue;
      this.#waiting.remove(delivery);
      this.#forget(delivery);
    }
  }

  /** Forgets the ids that were kept only from a load that has ended. */
  forgetSettled(): void {
    for (const id of this.backlog.takeSettled()) {
      if (this.#held.get(id)?.is === 'settled') this.#held.delete(id);
    }
  }

  /** Lets go of the last one for one that goes before it. */
  #makesRoomFor(delivery: PendingDelivery): boolean {
    const last = this.#waiting.last;
    if (last === undefined || !goesBefore(delivery, last)) return false;
    // During a load the id that is let go must be kept, so that nothing would be gained.
    if (this.#held.isFull && this.backlog.isLoading) return false;
    this.#drop(last);
    return true;
  }

  #wait(delivery: PendingDelivery): void {
    const cameDuring = this.backlog.ticket;
    const held: Held<Lane> = {
      lane: this,
      delivery,
      is: 'waiting',
      isSlotReserved: false,
      cameDuring,
    };
    this.#held.set(delivery.id, held);
    this.#waiting.add(delivery);
  }

  /** Lets go of a delivery that waits; it stays in the store. */
  #drop(delivery: PendingDelivery): void {
    this.#waiting.remove(delivery);
    this.#forget(delivery);
    this.backlog.dropped();
  }

  #dropWaiting(): void {
    const dropped = this.#waiting.takeAll();
    for (const delivery of dropped) this.#forget(delivery);
    if (dropped.length > 0) this.backlog.dropped();
  }

  /** Gives back what will not go soon now that fewer go at a time. */
  #trim(): void {
    const size = Math.max(1, this.capacity);
    for (let last = this.#waiting.last; last && this.#waiting.size > size;) {
      this.#drop(last);
      last = this.#waiting.last;
    }
  }

  /** Forgets an id, or keeps it from the load under way, which may answer an older row of it. */
  #forget({ id }: PendingDelivery): void {
    const held = this.#held.get(id);
    if (held !== undefined) held.is = 'settled';
    if (!this.backlog.keepFromLoad(id)) this.#held.delete(id);
  }

  /** The earliest time at which anything may go; null while only an event can tell. */
  #gateAt(now: Instant): Instant | null {
    if (!this.#isOpen || this.#endpoint.isHeld) return null;
    const breaker = this.#health.breaker;
    if (breaker.is === 'closed') return now;
    return breaker.is === 'open' ? latest(breaker.probeAt, now) : null;
  }

  /** Whether something may go soon enough to be held; what waits longer stands in the store. */
  #sendsSoon(now: Instant): boolean {
    if (!this.#isOpen || this.#endpoint.isHeld) return false;
    const breaker = this.#health.breaker;
    return breaker.is !== 'open' || breaker.probeAt <= later(now, this.#policy.aheadMs);
  }

  #startProbe(held: Held<Lane>, now: Instant): void {
    this.#probe = held;
    this.#health.probeStarted(now);
  }

  /** The index of the first waiting delivery whose order key is free. */
  #firstFree(): number {
    if (this.#busyKeys.size === 0) return 0;
    let index = 0;
    while (this.#isBusy(this.#waiting.at(index))) index += 1;
    return index;
  }

  /** The index of the due delivery with the fewest attempts, which can best bear a probe. */
  #leastTried(now: Instant): number {
    let best = this.#firstFree();
    for (let index = best + 1; index < this.#waiting.size; index += 1) {
      const delivery = this.#waiting.at(index);
      if (delivery === undefined || delivery.dueAt > now) break;
      const tried = this.#waiting.at(best)?.attemptCount ?? 0;
      if (delivery.attemptCount < tried && !this.#isBusy(delivery)) best = index;
    }
    return best;
  }

  #isBusy(delivery: PendingDelivery | undefined): boolean {
    const key = delivery?.orderKey ?? null;
    return key !== null && this.#busyKeys.has(key);
  }
}

function bucketOf({ ratePerSecond }: LaneEndpoint, now: Instant): TokenBucket | null {
  return ratePerSecond === null ? null : new TokenBucket(ratePerSecond, now);
}

function latest(one: Instant, other: Instant): Instant {
  return one > other ? one : other;
}
