import type { PendingDelivery } from '../delivery.ts';
import type { BreakerState, EndpointHealth } from '../endpoint-health.ts';
import type { DeliveryId, EndpointId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Ending } from './concurrency.ts';
import { HeldDeliveries } from './held-deliveries.ts';
import type { Held } from './held-deliveries.ts';
import { Lane } from './lane.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';
import { LaneTurns } from './lane-turns.ts';
import { defaultLanesPolicy } from './lanes-policy.ts';
import type { LanesPolicy } from './lanes-policy.ts';
import { Slots } from './slots.ts';
import type { LoadOrder, Turn } from './turn.ts';

export type { LoadOrder } from './turn.ts';

/** What a delivery is once its record has committed. */
export type RecordedAs =
  { readonly is: 'gone' } | { readonly is: 'pending'; readonly delivery: PendingDelivery };

/**
 * The queues of all endpoints that this node owns. Answers one question: given now, what may be
 * sent next, which rows must be read for it, and when to ask again. No I/O, no clock, no timer.
 *
 * Ask again after every other call; `now` never goes back.
 */
export class Lanes {
  readonly #policy: LanesPolicy;
  readonly #held: HeldDeliveries<Lane>;
  readonly #slots: Slots;
  readonly #turns: LaneTurns;
  readonly #lanes = new Map<EndpointId, Lane>();
  readonly #loading = new Map<number, Lane>();
  readonly #tripped = new Set<Lane>();
  readonly #behind = new Set<Lane>();
  #openCount = 0;
  #lastTicket = 0;

  constructor(policy: Partial<LanesPolicy> = {}) {
    this.#policy = { ...defaultLanesPolicy, ...policy };
    this.#held = new HeldDeliveries(this.#policy.heldMax);
    this.#slots = new Slots(this.#policy);
    this.#turns = new LaneTurns(this.#slots);
  }

  /** Opens a lane from its stored row, or changes the policy of one that is open already. */
  open(endpoint: LaneEndpoint, health: EndpointHealth | null, now: Instant): void {
    const known = this.#lanes.get(endpoint.endpointId);
    if (known?.isOpen !== true) this.#openCount += 1;
    const lane = known ?? this.#newLane(endpoint, health, now);
    if (lane.isOpen) lane.change(endpoint, now);
    else lane.reopen(endpoint, health, now);
    this.#place(lane, now);
  }

  /** Forgets what is not in flight; what is stays counted until recorded. */
  close(endpointId: EndpointId): void {
    const lane = this.#openLane(endpointId);
    if (lane === undefined) return;
    this.#openCount -= 1;
    if (lane.backlog.ticket !== null) this.#loading.delete(lane.backlog.ticket);
    lane.close();
    this.#turns.leave(lane);
    this.#tripped.delete(lane);
    this.#behind.delete(lane);
    this.#forgetIfDone(lane);
  }

  isOpen(endpointId: EndpointId): boolean {
    return this.#openLane(endpointId) !== undefined;
  }

  /**
   * Offers a delivery fresh from accept, promoted or retried. It may be dropped; then the lane is
   * behind and loads it later. Must not be older than what was last recorded of it.
   *
   * @returns whether it is held now.
   */
  push(delivery: PendingDelivery, now: Instant): boolean {
    const lane = this.#openLane(delivery.endpointId);
    if (lane === undefined) return false;
    if (this.#isNews(delivery, now)) lane.push(delivery, now);
    this.#place(lane, now);
    return this.#held.get(delivery.id) !== undefined;
  }

  /**
   * As {@link push}, for what a call begun at `saidAt` was answered. Where order counts, a load may
   * have found it since; then it may be over by now, and what follows it sent.
   */
  offer(
    delivery: PendingDelivery,
    { saidAt, now }: { readonly saidAt: Instant; readonly now: Instant },
  ): boolean {
    const lane = delivery.orderKey === null ? undefined : this.#openLane(delivery.endpointId);
    if (lane?.backlog.hasLoadedSince(saidAt) !== true) return this.push(delivery, now);
    this.missed(delivery.endpointId, now);
    return false;
  }

  /** Something stands in the store that the lane was not given; believed, unlike a due scan. */
  missed(endpointId: EndpointId, now: Instant): void {
    const lane = this.#openLane(endpointId);
    if (lane === undefined) return;
    lane.backlog.dropped();
    this.#place(lane, now);
  }

  /** The due scan saw something due in the store. */
  wants(endpointId: EndpointId, now: Instant): void {
    const lane = this.#openLane(endpointId);
    if (lane === undefined) return;
    lane.wants(now);
    this.#place(lane, now);
  }

  /** Answers a load with the first due rows, by due time then position. */
  loaded(ticket: number, deliveries: readonly PendingDelivery[], now: Instant): void {
    const lane = this.#endLoad(ticket);
    if (lane === undefined) return;
    lane.forgetGone(deliveries);
    for (const delivery of deliveries) {
      const isKnown = this.#held.get(delivery.id) !== undefined;
      if (!isKnown && !lane.backlog.isWithdrawn(delivery.id)) lane.admit(delivery, now);
    }
    lane.backlog.loaded(deliveries.length);
    lane.forgetSettled();
    this.#place(lane, now);
  }

  /** A load got no answer; the lane asks again after `loadRetryMs`. */
  loadFailed(ticket: number, now: Instant): void {
    const lane = this.#endLoad(ticket);
    if (lane === undefined) return;
    lane.backlog.loadFailed(now);
    lane.forgetSettled();
    this.#place(lane, now);
  }

  /**
   * An attempt is over: its slot is free, its id stays held. Answers the endpoint's row when it
   * must be recorded with the attempt.
   */
  ended(delivery: PendingDelivery, ending: Ending, now: Instant): EndpointHealth | null {
    const held = this.#held.get(delivery.id);
    if (held?.is !== 'in_flight') return null;
    this.#slots.free(held.isSlotReserved);
    const row = held.lane.end(held, ending, now);
    this.#place(held.lane, now);
    return row;
  }

  /** The record of a delivery has committed; frees its slot too if its attempt had not ended. */
  recorded(deliveryId: DeliveryId, next: RecordedAs, now: Instant): void {
    const held = this.#held.get(deliveryId);
    if (held === undefined) return;
    this.#settle(held, now);
    if (next.is === 'pending' && held.lane.isOpen) held.lane.push(next.delivery, now);
    this.#place(held.lane, now);
  }

  /** There will be no record (a lost lease): forgets the id; the next due scan is believed. */
  unrecorded(deliveryId: DeliveryId, now: Instant): void {
    const held = this.#held.get(deliveryId);
    if (held === undefined) return;
    this.#settle(held, now);
    held.lane.backlog.doubt();
    this.#place(held.lane, now);
  }

  /**
   * A delivery was cancelled or superseded: it does not start; one in flight goes on.
   *
   * @returns the one that had waited to start.
   */
  withdrawn(endpointId: EndpointId, deliveryId: DeliveryId, now: Instant): PendingDelivery | null {
    const held = this.#held.get(deliveryId);
    if (held === undefined) this.#openLane(endpointId)?.backlog.withdraw(deliveryId);
    if (held?.is !== 'waiting') return null;
    this.recorded(deliveryId, { is: 'gone' }, now);
    return held.delivery;
  }

  /** What may be sent now and what must be read, at a cost that lanes that wait add nothing to. */
  next(now: Instant): Turn {
    this.#turns.wake(now);
    const send = this.#startAll(now);
    const load = this.#loadAll(now);
    return { send, load, askAgainAt: this.#turns.wakeAt };
  }

  health(endpointId: EndpointId): EndpointHealth | null {
    return this.#openLane(endpointId)?.row ?? null;
  }

  /**
   * Open lanes, ids held, attempts in flight, lanes whose breaker is not closed, and lanes that
   * could send more than they hold.
   */
  counts(): { lanes: number; held: number; inFlight: number; open: number; behind: number } {
    return {
      lanes: this.#openCount,
      held: this.#held.size,
      inFlight: this.#slots.used,
      open: this.#tripped.size,
      behind: this.#behind.size,
    };
  }

  /** Open lanes by the state of their breaker. */
  breakers(): Record<BreakerState['is'], number> {
    const found = { closed: this.#openCount - this.#tripped.size, open: 0, probing: 0 };
    for (const lane of this.#tripped) found[lane.row.breaker.is] += 1;
    return found;
  }

  #newLane(endpoint: LaneEndpoint, health: EndpointHealth | null, now: Instant): Lane {
    const deps = { policy: this.#policy, held: this.#held };
    const lane = new Lane(deps, endpoint, health, now);
    this.#lanes.set(endpoint.endpointId, lane);
    return lane;
  }

  #openLane(endpointId: EndpointId): Lane | undefined {
    const lane = this.#lanes.get(endpointId);
    return lane?.isOpen === true ? lane : undefined;
  }

  /** Whether a pushed row says more than what is held of it; makes way for it if so. */
  #isNews(delivery: PendingDelivery, now: Instant): boolean {
    const held = this.#held.get(delivery.id);
    if (held === undefined) return true;
    const attemptsMore = delivery.attemptCount - held.delivery.attemptCount;
    if (held.is === 'settled' && attemptsMore > 0) return true;
    if (held.is === 'waiting' && attemptsMore >= 0) {
      this.#settle(held, now);
      return true;
    }
    held.lane.backlog.doubt();
    return false;
  }

  #startAll(now: Instant): PendingDelivery[] {
    const send: PendingDelivery[] = [];
    for (;;) {
      const lane = this.#turns.nextSender(now);
      if (lane === null) return send;
      const held = lane.start(now);
      held.isSlotReserved = this.#slots.take();
      send.push(held.delivery);
      this.#place(lane, now);
    }
  }

  #loadAll(now: Instant): LoadOrder[] {
    const load: LoadOrder[] = [];
    while (this.#loading.size < this.#policy.loadsMax && !this.#held.isFull) {
      const lane = this.#turns.nextLoader();
      if (lane === null) break;
      load.push(this.#beginLoad(lane, now));
      this.#place(lane, now);
    }
    return load;
  }

  #beginLoad(lane: Lane, now: Instant): LoadOrder {
    const { tenantId, endpointId } = lane.endpoint;
    this.#lastTicket += 1;
    this.#loading.set(this.#lastTicket, lane);
    return { tenantId, endpointId, ...lane.beginLoad(this.#lastTicket, now) };
  }

  #endLoad(ticket: number): Lane | undefined {
    const lane = this.#loading.get(ticket);
    this.#loading.delete(ticket);
    return lane;
  }

  #settle(held: Held<Lane>, now: Instant): void {
    if (held.is === 'in_flight') this.#slots.free(held.isSlotReserved);
    held.lane.settle(held, now);
  }

  #place(lane: Lane, now: Instant): void {
    if (!lane.isOpen) return this.#forgetIfDone(lane);
    this.#turns.place(lane, now);
    if (lane.isTripped) this.#tripped.add(lane);
    else this.#tripped.delete(lane);
    if (lane.isShort) this.#behind.add(lane);
    else this.#behind.delete(lane);
  }

  #forgetIfDone(lane: Lane): void {
    const { endpointId } = lane.endpoint;
    if (!lane.isOpen && lane.isIdle) this.#lanes.delete(endpointId);
  }
}
