import { AppError } from '../core/app-error.ts';
import type { AckTokens } from '../core/ack/ack-tokens.ts';
import type { ClaimLinks } from '../core/claim/claim-links.ts';
import type { DeadReason, Delivery, PendingDelivery } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import type { BreakerState } from '../core/endpoint-health.ts';
import type { AttemptId, DeliveryId, EndpointId, NodeId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { unspent } from '../core/lane/concurrency.ts';
import { Lanes } from '../core/lane/lanes.ts';
import type { LoadOrder } from '../core/lane/lanes.ts';
import { limits } from '../core/limits.ts';
import type { ChangeAnswer, Overtaken } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { attemptDelivery } from './attempt.ts';
import type { AttemptDeps, Held } from './attempt.ts';
import { claimEvents } from './claim-event.ts';
import type { ClaimEvent } from './claim-event.ts';
import { EndpointTests } from './endpoint-tests.ts';
import type { EndpointTest } from './endpoint-tests.ts';
import { InFlight } from './in-flight.ts';
import { LaneBook } from './lane-book.ts';
import { mergeEvents } from './merge-event.ts';
import { Owner } from './owner.ts';
import { PayloadCache } from './payload-cache.ts';
import { Pressure } from './pressure.ts';
import { Rounds } from './rounds.ts';
import { ShardKeeper } from './shard-keeper.ts';
import { withdrawSuperseded } from './withdraw-superseded.ts';
import type { WithdrawDeps } from './withdraw-superseded.ts';

export type DispatcherDeps = Pick<
  AttemptDeps,
  'destination' | 'clock' | 'timers' | 'chance' | 'ids' | 'emit' | 'mirror'
> & {
  readonly store: Store;
  readonly node: NodeId;
  /** Makes links to data; without it everything is sent whole. */
  readonly claims?: ClaimLinks;
  /** Makes what receivers report with. */
  readonly ackTokens?: AckTokens;
};

const nothing: Overtaken = {};
const sendWhole: ClaimEvent = (_delivery, event) => event;

/** The way out: owns shards, keeps their lanes fed, and has each delivery attempted when due. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #lanes = new Lanes();
  readonly #inFlight = new InFlight();
  readonly #book: LaneBook;
  readonly #payloads: PayloadCache;
  readonly #shards: ShardKeeper;
  readonly #owner: Owner;
  readonly #rounds: Rounds;
  readonly #pressure: Pressure;
  readonly #attempts: AttemptDeps;
  readonly #tests: EndpointTests;
  readonly #overtaken: WithdrawDeps;
  #isWoken = false;
  #isDraining = false;
  #isGivingUp = false;
  #wakeTimer: { cancel(): void } | null = null;
  #wakeAt = Number.POSITIVE_INFINITY;
  #mirrorListener: Disposable | null = null;

  constructor(deps: DispatcherDeps) {
    const { store, mirror } = deps;
    const lanes = this.#lanes;
    const inFlight = this.#inFlight;
    const wake = (): void => this.#wake();
    this.#deps = deps;
    this.#payloads = new PayloadCache(store.queue);
    const book = (this.#book = new LaneBook(lanes, mirror));
    const ready = (): void => this.#rounds.hurry();
    const { catalogue, queue } = store;
    const shards = new ShardKeeper({ ...deps, catalogue, book, inFlight, ready });
    this.#shards = shards;
    this.#owner = new Owner({
      ...deps,
      queue,
      isShared: store.capabilities.isShared,
      taken: (taken) => void shards.take(taken),
      lost: (lost) => shards.lose(lost),
      quiesce: (leaving) => shards.quiesce(leaving),
    });
    const owner = this.#owner;
    this.#rounds = new Rounds({ ...deps, owner, shards, lanes, book, inFlight, wake });
    const isGivingUp = (): boolean => this.#isGivingUp;
    const payloads = this.#payloads;
    const isInformed = (): boolean => this.#rounds.isInformed;
    const backlog = (): { waiting: number; lanesBehind: number } => {
      const { held, behind } = lanes.counts();
      return { waiting: held - inFlight.count, lanesBehind: behind };
    };
    const pressure = (this.#pressure = new Pressure({ ...deps, backlog }));
    const mergeEvent = mergeEvents(store.finder);
    const links = deps.claims;
    const claimEvent = links === undefined ? sendWhole : claimEvents({ mirror, links });
    const making = { mergeEvent, claimEvent };
    const around = { ...making, queue, owner, lanes, payloads, inFlight, pressure, wake };
    this.#attempts = { ...deps, ...around, isGivingUp, isInformed };
    this.#overtaken = { ...deps, lanes, payloads, inFlight };
    this.#tests = new EndpointTests({ ...deps, queue, owner, inFlight });
  }

  /** Takes shards and begins; answers once the store has said which. */
  async start(): Promise<void> {
    const { mirror, clock } = this.#deps;
    this.#mirrorListener = mirror.listen((changed) => {
      const ended = this.#book.follow(changed, clock.now());
      for (const { tenantId, id } of ended) this.#rounds.settle({ tenantId, endpointId: id });
      this.#wake();
    });
    await this.#owner.start();
    this.#rounds.start();
  }

  /**
   * Takes over what ingest has just had committed; only heads of their order. What it superseded
   * does not start any more; one of them in flight goes on, and its key waits for it.
   */
  committed(
    event: StoredEvent,
    deliveries: readonly PendingDelivery[],
    { superseded, promoted }: Overtaken = nothing,
  ): void {
    this.#pressure.made(deliveries.length);
    const now = this.#deps.clock.now();
    if (superseded !== undefined) withdrawSuperseded(this.#overtaken, superseded, now);
    const saidAt = event.acceptedAt;
    // An answer that was long under way tells of what may have been sent and recorded since.
    const isNews = now - saidAt < limits.dueScanMs && !this.#mayBeBehind(superseded);
    const told = { isNews, saidAt, now };
    let heldCount = 0;
    for (const delivery of deliveries) {
      if (this.#take(delivery, told)) heldCount += 1;
    }
    if (promoted !== undefined) for (const delivery of promoted) this.#take(delivery, told);
    // What no lane took waits in the store alone; keeping its payload until then would fill memory.
    this.#payloads.put(event, heldCount);
    if (deliveries.length > 0 || promoted !== undefined) this.#wake();
  }

  /** Null when new events may come in at once, else answers when they may; see {@link Pressure}. */
  relief(eventCount: number): Promise<void> | null {
    return this.#pressure.relief(eventCount);
  }

  /** Follows a retry or cancel that the API had the store make. */
  changed(deliveryId: DeliveryId, answer: ChangeAnswer): void {
    if (answer.is !== 'changed') return;
    const { delivery, endpointId } = answer;
    const now = this.#deps.clock.now();
    this.#inFlight.withdrawn(deliveryId);
    if (delivery !== null) this.#inFlight.renewed(deliveryId, delivery.attemptCount);
    else this.#cancelled(deliveryId, endpointId);
    this.#lanes.withdrawn(endpointId, deliveryId, now);
    if (this.#mayUse(endpointId, now)) this.#lanes.missed(endpointId, now);
    this.#wake();
  }

  /** Follows a report that moved a delivery, here or elsewhere; what is in flight of it goes on. */
  reported(reported: Delivery, as: 'delivered' | DeadReason | null): void {
    const { id: deliveryId, tenantId, eventId, endpointId, createdAt } = reported;
    const now = this.#deps.clock.now();
    this.#inFlight.withdrawn(deliveryId);
    this.#lanes.withdrawn(endpointId, deliveryId, now);
    if (this.#mayUse(endpointId, now)) this.#lanes.missed(endpointId, now);
    this.#wake();
    if (as === null) return;
    const of = { tenantId, deliveryId, eventId, endpointId, as, ageMs: now - createdAt };
    this.#deps.emit({ signal: 'delivery_ended', ...of });
  }

  /** Looks for what was made for these endpoints by others than ingest. */
  replayed(endpointIds: readonly EndpointId[]): void {
    const now = this.#deps.clock.now();
    for (const endpointId of endpointIds) {
      if (this.#mayUse(endpointId, now)) this.#lanes.missed(endpointId, now);
    }
    this.#wake();
  }

  /** Tries an event at one endpoint, outside its lane; see {@link EndpointTests}. */
  async test(test: EndpointTest): Promise<AttemptId> {
    if (this.#isDraining) throw new AppError('shutting_down');
    return this.#tests.run(test);
  }

  /** Whether the circuit of an endpoint is open, by the lane that this node keeps for it. */
  circuit(endpointId: EndpointId): BreakerState['is'] {
    return this.#lanes.health(endpointId)?.breaker.is ?? 'closed';
  }

  /** What lanes and sender hold, by counting. */
  counts() {
    return {
      ...this.#lanes.counts(),
      unrecorded: this.#inFlight.count,
      payloadBytes: this.#payloads.bytes,
      breakers: this.#lanes.breakers(),
    };
  }

  /**
   * Starts nothing more, waits up to `waitMs` for what is in flight, cuts the rest, waits for the
   * records and gives the shards away. What the store has not answered for by then is left to
   * their next owner, when the lease has run out.
   */
  async drain({ waitMs }: { waitMs: number }): Promise<void> {
    this.#isDraining = true;
    this.#rounds.stop();
    this.#wakeTimer?.cancel();
    const { timers, destination } = this.#deps;
    const cut = timers.after(waitMs, () => destination.cut());
    const givenUp = Promise.withResolvers<void>();
    const giveUp = timers.after(waitMs + limits.drainRecordsMs, () => {
      this.#isGivingUp = true;
      givenUp.resolve();
    });
    await Promise.race([this.#inFlight.idle(), givenUp.promise]);
    cut.cancel();
    giveUp.cancel();
    this.#mirrorListener?.[Symbol.dispose]();
    await this.#owner.stop({ isClean: this.#inFlight.count === 0 });
  }

  #cancelled(deliveryId: DeliveryId, endpointId: EndpointId): void {
    const signal = 'deliveries_closed';
    this.#deps.emit({ signal, deliveryId, endpointId, as: 'cancelled', count: 1 });
  }

  /** What another node had superseded before may still wait here, and is only read later. */
  #mayBeBehind(superseded: Overtaken['superseded']): boolean {
    return superseded !== undefined && this.#deps.store.capabilities.isShared;
  }

  /** Answers whether a lane holds it now. */
  #take(
    delivery: PendingDelivery,
    told: { readonly isNews: boolean; readonly saidAt: Instant; readonly now: Instant },
  ): boolean {
    const { endpointId } = delivery;
    if (told.isNews) return this.#mayUse(endpointId, told.now) && this.#lanes.offer(delivery, told);
    this.#lanes.missed(endpointId, told.now);
    return false;
  }

  /** Whether the endpoint's lane is here and open; opens it when it can be. */
  #mayUse(endpointId: EndpointId, now: Instant): boolean {
    const lease = this.#owner.leaseOf(endpointId);
    if (lease === null || !this.#shards.isReady(endpointId, lease)) return false;
    return this.#book.use(endpointId, now) !== 'ended';
  }

  #wake(): void {
    if (this.#isWoken || this.#isDraining) return;
    this.#isWoken = true;
    queueMicrotask(() => this.#turn());
  }

  #turn(): void {
    this.#isWoken = false;
    if (this.#isDraining) return;
    const now = this.#deps.clock.now();
    const turn = this.#lanes.next(now);
    for (const load of turn.load) void this.#load(load);
    for (const delivery of turn.send) this.#begin(delivery);
    this.#arm(turn.askAgainAt, now);
  }

  #arm(askAgainAt: Instant | null, now: Instant): void {
    const at = askAgainAt ?? Number.POSITIVE_INFINITY;
    if (at === this.#wakeAt) return;
    this.#wakeTimer?.cancel();
    this.#wakeTimer = null;
    this.#wakeAt = at;
    if (askAgainAt === null) return;
    this.#wakeTimer = this.#deps.timers.after(Math.max(0, askAgainAt - now), () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#wake();
    });
  }

  #begin(delivery: PendingDelivery): void {
    const shard = this.#owner.leaseOf(delivery.endpointId);
    if (shard === null) return this.#giveBack(delivery);
    this.#inFlight.began(delivery.id, delivery.endpointId);
    void this.#attempt({ delivery, shard });
  }

  async #attempt(held: Held): Promise<void> {
    try {
      await attemptDelivery(this.#attempts, held);
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'attempt', cause });
      this.#giveBack(held.delivery);
    } finally {
      this.#inFlight.ended(held.delivery.id);
      this.#wake();
    }
  }

  #giveBack(delivery: PendingDelivery): void {
    const now = this.#deps.clock.now();
    this.#lanes.ended(delivery, unspent, now);
    this.#lanes.unrecorded(delivery.id, now);
  }

  /**
   * What another node had superseded or cancelled must not wait here when what goes instead of it
   * comes in: it would be sent after it.
   */
  async #hearBefore(): Promise<boolean> {
    return !this.#deps.store.capabilities.isShared || this.#rounds.hear();
  }

  async #load({ ticket, ...query }: LoadOrder): Promise<void> {
    const { emit, clock, store } = this.#deps;
    const loaded = await store.queue.loadDue(query).catch((cause: unknown) => {
      emit({ signal: 'step_failed', step: 'load', cause });
      return null;
    });
    const isInformed = loaded === null || (await this.#hearBefore());
    if (loaded === null || !isInformed) this.#lanes.loadFailed(ticket, clock.now());
    else this.#lanes.loaded(ticket, loaded, clock.now());
    this.#wake();
  }
}
