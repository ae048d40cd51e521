import assert from 'node:assert/strict';
import type { EndedVerdict } from '../breaker.ts';
import type { PendingDelivery } from '../delivery.ts';
import type { DeliveryId, EndpointId, EventId, Position, TenantId } from '../ids.ts';
import { instant, later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';
import { unspent } from './concurrency.ts';
import { Lanes } from './lanes.ts';
import type { LanesPolicy } from './lanes-policy.ts';
import { burstOf } from './token-bucket.ts';
import type { LoadOrder } from './turn.ts';

type LoadUnderWay = { readonly order: LoadOrder; rows: readonly PendingDelivery[] | null };
type RecordUnderWay = {
  readonly delivery: PendingDelivery;
  readonly next: PendingDelivery | null;
  isCommitted: boolean;
};

/**
 * A store, receivers and a dispatcher in miniature on virtual time, for tests of lanes. Loads and
 * records have two moments each, when the store acts and when its answer arrives, and any of these
 * may come in any order. Each turn is held against the laws.
 */
export class LanesWorld {
  readonly lanes: Lanes;
  readonly policy: LanesPolicy;
  now: Instant = instant(1_800_000_000_000);
  /** Pending rows by id, in the order accepted. */
  readonly rows = new Map<DeliveryId, PendingDelivery>();
  readonly endpoints = new Map<EndpointId, LaneEndpoint>();
  readonly inFlight = new Map<DeliveryId, PendingDelivery>();
  readonly loads: LoadUnderWay[] = [];
  readonly records: RecordUnderWay[] = [];
  readonly sentAt = new Map<EndpointId, Instant[]>();
  sentCount = 0;
  #position = 0;

  constructor(policy: LanesPolicy) {
    this.policy = policy;
    this.lanes = new Lanes(policy);
  }

  open(endpoint: LaneEndpoint): void {
    this.endpoints.set(endpoint.endpointId, endpoint);
    if (!this.lanes.isOpen(endpoint.endpointId)) this.sentAt.delete(endpoint.endpointId);
    this.lanes.open(endpoint, this.lanes.health(endpoint.endpointId), this.now);
  }

  accept(endpointId: EndpointId, orderKey: string | null, delayMs: number): void {
    const endpoint = this.endpoints.get(endpointId);
    assert(endpoint !== undefined);
    this.#position += 1;
    const delivery = newDelivery(endpoint, this.#position, later(this.now, delayMs), orderKey);
    this.rows.set(delivery.id, delivery);
    if (this.#isHead(delivery)) this.lanes.push(delivery, this.now);
  }

  /** A person asks for an attempt now. */
  retry(id: DeliveryId): void {
    const row = this.rows.get(id);
    if (row === undefined || !this.#isHead(row)) return;
    const changed = { ...row, dueAt: this.now, budgetFrom: row.attemptCount };
    this.rows.set(id, changed);
    this.lanes.push(changed, this.now);
  }

  cancel(id: DeliveryId): void {
    const row = this.rows.get(id);
    if (row === undefined || this.inFlight.has(id) || this.#isUnrecorded(id)) return;
    this.rows.delete(id);
    this.lanes.withdrawn(row.endpointId, id, this.now);
    this.#promoteAfter(row);
  }

  /** The due scan. */
  scan(): void {
    const seen = new Set<EndpointId>();
    for (const row of this.rows.values()) {
      if (row.dueAt <= this.now && this.#isHead(row)) seen.add(row.endpointId);
    }
    for (const endpointId of seen) this.lanes.wants(endpointId, this.now);
  }

  end(id: DeliveryId, verdict: EndedVerdict, delayMs: number): void {
    const delivery = this.inFlight.get(id);
    if (delivery === undefined) return;
    this.inFlight.delete(id);
    const isThrottled = verdict === 'failure' && delayMs % 2 === 0;
    this.lanes.ended(delivery, { ...unspent, verdict, isThrottled }, this.now);
    const attemptCount = delivery.attemptCount + 1;
    const dueAt = later(this.now, delayMs);
    const next = verdict === 'success' ? null : { ...delivery, attemptCount, dueAt };
    this.records.push({ delivery, next, isCommitted: false });
  }

  commit(record: RecordUnderWay): void {
    if (record.isCommitted) return;
    record.isCommitted = true;
    const { delivery, next } = record;
    if (next === null) this.rows.delete(delivery.id);
    else this.rows.set(delivery.id, next);
  }

  answerRecord(index: number): void {
    const [record] = this.records.splice(index, 1);
    if (record === undefined) return;
    this.commit(record);
    const { delivery, next } = record;
    const outcome = next === null ? ({ is: 'gone' } as const) : pendingAs(next);
    this.lanes.recorded(delivery.id, outcome, this.now);
    if (next === null) this.#promoteAfter(delivery);
  }

  read(load: LoadUnderWay): void {
    const { endpointId, dueBefore, limit } = load.order;
    const due = [...this.rows.values()].filter(
      (row) => row.endpointId === endpointId && row.dueAt < dueBefore && this.#isHead(row),
    );
    due.sort((a, b) => a.dueAt - b.dueAt || a.position - b.position);
    load.rows ??= due.slice(0, limit);
  }

  answerLoad(index: number, isFailed: boolean): void {
    const [load] = this.loads.splice(index, 1);
    if (load === undefined) return;
    this.read(load);
    if (isFailed) this.lanes.loadFailed(load.order.ticket, this.now);
    else this.lanes.loaded(load.order.ticket, load.rows ?? [], this.now);
  }

  /** Asks the lanes and does what they say; answers when to ask again. */
  turn(): Instant | null {
    const breakers = new Map([...this.endpoints.keys()].map((id) => [id, this.lanes.health(id)]));
    const turn = this.lanes.next(this.now);
    const probes = new Set<EndpointId>();
    for (const delivery of turn.send) {
      const breaker = breakers.get(delivery.endpointId)?.breaker;
      if (breaker?.is !== 'closed') {
        assert.equal(breaker?.is, 'open', 'nothing goes while a probe is out');
        assert(breaker.probeAt <= this.now, 'nothing goes while open');
        assert(!probes.has(delivery.endpointId), 'one probe at a time');
        probes.add(delivery.endpointId);
      }
      this.#send(delivery);
    }
    for (const order of turn.load) this.#begin(order);
    this.#judgeCounts(turn.askAgainAt);
    return turn.askAgainAt;
  }

  #send(delivery: PendingDelivery): void {
    const { id, endpointId, orderKey } = delivery;
    const endpoint = this.endpoints.get(endpointId);
    assert(endpoint !== undefined && this.lanes.isOpen(endpointId) && !endpoint.isHeld);
    assert(!this.inFlight.has(id) && !this.#isUnrecorded(id), 'one attempt of an id at a time');
    assert.deepEqual(
      this.rows.get(id)?.attemptCount,
      delivery.attemptCount,
      'no stale row is sent',
    );
    assert(delivery.dueAt <= this.now, 'nothing goes before it is due');
    const others = [...this.inFlight.values()].filter((each) => each.endpointId === endpointId);
    assert(others.length < endpoint.maxInFlight, 'no more than the endpoint takes');
    const isAlone = orderKey === null || others.every((each) => each.orderKey !== orderKey);
    assert(isAlone, 'one attempt of an order key at a time');
    this.inFlight.set(id, delivery);
    this.sentCount += 1;
    this.#judgeRate(endpoint);
  }

  #judgeRate({ endpointId, ratePerSecond }: LaneEndpoint): void {
    const times = this.sentAt.get(endpointId) ?? [];
    times.push(this.now);
    this.sentAt.set(endpointId, times);
    if (ratePerSecond === null) return;
    for (const [index, time] of times.entries()) {
      const allowed = burstOf(ratePerSecond) + ((this.now - time) * ratePerSecond) / 1_000;
      assert(times.length - index <= allowed + 1e-6, 'no window holds more than the rate allows');
    }
  }

  #begin(order: LoadOrder): void {
    const { endpointId } = order;
    assert(this.lanes.isOpen(endpointId));
    this.loads.push({ order, rows: null });
  }

  #judgeCounts(askAgainAt: Instant | null): void {
    const counts = this.lanes.counts();
    assert.equal(counts.inFlight, this.inFlight.size);
    assert(counts.inFlight <= this.policy.inFlightMax, 'no more than all lanes may');
    assert(counts.held <= this.policy.heldMax, 'no more is held than may be');
    assert(askAgainAt === null || askAgainAt > this.now, 'what is due now has been done');
    const again = this.lanes.next(this.now);
    assert.deepEqual(again, { send: [], load: [], askAgainAt }, 'asking twice says nothing new');
  }

  #isUnrecorded(id: DeliveryId): boolean {
    return this.records.some((record) => record.delivery.id === id);
  }

  /** Whether no earlier pending row has its order key. */
  #isHead(row: PendingDelivery): boolean {
    return this.#headOf(row)?.id === row.id;
  }

  #headOf({ id, endpointId, orderKey }: PendingDelivery): PendingDelivery | undefined {
    if (orderKey === null) return this.rows.get(id);
    for (const row of this.rows.values()) {
      if (row.endpointId === endpointId && row.orderKey === orderKey) return row;
    }
    return undefined;
  }

  #promoteAfter(gone: PendingDelivery): void {
    const next = gone.orderKey === null ? undefined : this.#headOf(gone);
    if (next !== undefined && !this.inFlight.has(next.id)) this.lanes.push(next, this.now);
  }
}

function pendingAs(delivery: PendingDelivery): { is: 'pending'; delivery: PendingDelivery } {
  return { is: 'pending', delivery };
}

function newDelivery(
  { tenantId, endpointId }: LaneEndpoint,
  position: number,
  dueAt: Instant,
  orderKey: string | null,
): PendingDelivery {
  return {
    id: `dlv_${position}` as DeliveryId,
    position: position as Position,
    tenantId: tenantId satisfies TenantId,
    eventId: `evt_${position}` as EventId,
    eventPosition: position as Position,
    endpointId,
    subscriptionId: null,
    orderKey,
    isReplay: false,
    createdAt: dueAt,
    firstDueAt: dueAt,
    attemptCount: 0,
    budgetFrom: 0,
    failingSince: null,
    dueAt,
  };
}
