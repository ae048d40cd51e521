import fc from 'fast-check';
import type { Delivery } from '../../core/delivery.ts';
import type { EndpointId, TenantId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { isHeld } from '../../core/is-held.ts';
import type { AttemptRecord } from '../queue.ts';
import type { StatsSubject } from '../stats.ts';
import type { Store } from '../store.ts';
import { heldOne, replayMake, replayStep } from './arrange-replay.ts';
import { holdAll, readPages } from './arrange.ts';
import type { Holding } from './arrange.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent, sampleAttempt } from './sample.ts';
import { sampleId } from './sample-id.ts';
import { CountedLog } from './stats-world.ts';

const outcomes = ['delivered', 'failed', 'timed out', 'dead', 'expired', 'late', 'again'] as const;

/** Something that may happen to a store, at a minute after the samples begin. */
export type StatsStep = { readonly minute: number } & (
  | {
      readonly do: 'accept';
      readonly endpoints: readonly number[];
      readonly isOrdered: boolean;
      readonly isHeld: boolean;
    }
  | {
      readonly do: 'record';
      readonly pick: number;
      readonly as: (typeof outcomes)[number];
      readonly latencyMs: number;
    }
  | { readonly do: 'retry' | 'cancel' | 'erase'; readonly pick: number }
  | { readonly do: 'replay' | 'copy'; readonly pick: number }
  | { readonly do: 'settle'; readonly endpoint: number; readonly as: 'dead' | 'cancelled' }
  | { readonly do: 'prune' }
);

/** Minutes that steps happen in lie before this one. */
export const minutesMax = 3_000;

const minute = fc.nat(minutesMax - 1);
const pick = fc.nat(100);
const endpoint = fc.nat(2);
const literal = <const Text extends string>(text: Text) => fc.constant(text);

/** Any step; most of them accept and record. */
export const anyStatsStep: fc.Arbitrary<StatsStep> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: literal('accept'),
      minute,
      endpoints: fc.array(endpoint, { maxLength: 3 }),
      isOrdered: fc.boolean(),
      isHeld: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: literal('record'),
      minute,
      pick,
      as: fc.constantFrom(...outcomes),
      latencyMs: fc.double({ min: 0, max: 200_000, noNaN: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('replay', 'copy'), minute, pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('retry', 'cancel', 'erase'), minute, pick }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: literal('settle'),
      minute,
      endpoint,
      as: fc.constantFrom('dead', 'cancelled'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: literal('prune'), minute }) },
);

/** A store to which steps happen, and the log of all that it ever held. */
export class StatsWorld {
  readonly store: Store;
  readonly log = new CountedLog();
  readonly #hold: Holding;
  readonly #endpoints: readonly { readonly tenantId: TenantId; readonly endpointId: EndpointId }[];
  #last: AttemptRecord | null = null;

  constructor(store: Store, hold: Holding) {
    this.store = store;
    this.#hold = hold;
    this.#endpoints = [acme, acme, globex].map((tenantId) => ({
      tenantId,
      endpointId: sampleId('endpoint'),
    }));
  }

  static async open(store: Store): Promise<StatsWorld> {
    return new StatsWorld(store, await holdAll(store));
  }

  /** Each endpoint, each tenant, and everything. */
  get subjects(): StatsSubject[] {
    const tenants = [acme, globex, null].map((tenantId) => ({ tenantId, endpointId: null }));
    return [...this.#endpoints, ...tenants];
  }

  async take(step: StatsStep): Promise<void> {
    const now = at(step.minute * 60_000);
    switch (step.do) {
      case 'accept':
        return this.#accept(step, now);
      case 'record':
        return this.#record(step, now);
      case 'retry':
      case 'cancel':
      case 'erase':
        return this.#change(step, now);
      case 'replay':
      case 'copy':
        return this.#replay(step, now);
      case 'settle':
        return this.#settle(step, now);
      case 'prune':
        await this.log.read(this.store);
        await this.store.prune({ before: now, limit: 1_000 });
        return;
      default:
        step satisfies never;
    }
  }

  async #accept(
    { endpoints, isOrdered, isHeld: isKept }: StatsStep & { do: 'accept' },
    acceptedAt: Instant,
  ): Promise<void> {
    const those = endpoints.map((index) => this.#endpoints[index] ?? this.#endpoints[0]);
    for (const tenantId of [acme, globex]) {
      const deliveries = those.flatMap((of) => {
        if (of?.tenantId !== tenantId) return [];
        const { endpointId } = of;
        const orderKey = isOrdered ? 'k' : null;
        const hold = isKept ? ({ isHeld: true } as const) : {};
        return [plannedDelivery({ endpointId, dueAt: acceptedAt, orderKey, ...hold })];
      });
      await this.store.queue.accept([
        plannedEvent({ event: { tenantId, acceptedAt }, deliveries }),
      ]);
    }
  }

  async #record(step: StatsStep & { do: 'record' }, now: Instant): Promise<void> {
    if (step.as === 'again') {
      if (this.#last !== null) await this.store.queue.record([this.#last]);
      return;
    }
    const delivery = await this.#pick(step.pick);
    if (delivery === null) return;
    this.#last = recordOf(step, { delivery, now, held: this.#hold(delivery.endpointId) });
    await this.store.queue.record([this.#last]);
  }

  async #change(
    step: StatsStep & { do: 'retry' | 'cancel' | 'erase' },
    now: Instant,
  ): Promise<void> {
    const delivery = await this.#pick(step.pick);
    if (delivery === null) return;
    const { tenantId, id: deliveryId, eventId } = delivery;
    if (step.do === 'erase') {
      await this.store.queue.erase({ tenantId, eventId, at: now, limit: 2 });
      return;
    }
    await this.store.queue.change([{ tenantId, deliveryId, at: now, to: step.do }]);
  }

  async #replay(step: StatsStep & { do: 'replay' | 'copy' }, now: Instant): Promise<void> {
    const delivery = await this.#pick(step.pick);
    if (delivery === null) return;
    const job = await heldOne(this.store, { tenantId: delivery.tenantId });
    const newEventId = step.do === 'copy' ? sampleId('event') : null;
    const { state: _state, ...rest } = delivery;
    const make = replayMake({ ...rest, dueAt: now }, { newEventId });
    const does = isHeld(delivery.state) ? { releases: [delivery.position] } : { makes: [make] };
    await this.store.replays.step(replayStep(job, { at: now, ...does }));
  }

  async #settle(step: StatsStep & { do: 'settle' }, now: Instant): Promise<void> {
    const of = this.#endpoints[step.endpoint];
    if (of === undefined) return;
    const dead = { is: 'dead', reason: 'endpoint_disabled' } as const;
    const cancelled = { is: 'cancelled', reason: 'endpoint_deleted' } as const;
    const as = step.as === 'dead' ? dead : cancelled;
    await this.store.queue.settle({ ...of, at: now, as, limit: 3 });
  }

  async #pick(chosen: number): Promise<Delivery | null> {
    const all = await readPages(500, (page) =>
      this.store.finder.deliveries({ tenantId: null }, page),
    );
    return all[chosen % Math.max(1, all.length)] ?? null;
  }
}

type Around = {
  readonly delivery: Delivery;
  readonly now: Instant;
  readonly held: AttemptRecord['held'];
};

/** A record of a delivery in whatever state; a late one was made before the last was heard of. */
function recordOf(
  { as, latencyMs }: StatsStep & { do: 'record' },
  { delivery: { state, ...rest }, now, held }: Around,
): AttemptRecord {
  const dueAt = state.is === 'pending' ? state.dueAt : now;
  const pending = { ...rest, dueAt };
  const parts = { startedAt: now, latencyMs };
  const withAttempt = (record: AttemptRecord): AttemptRecord => ({
    ...record,
    at: now,
    attempt: record.attempt && { ...record.attempt, ...parts },
  });
  switch (as) {
    case 'delivered':
    case 'again':
      return withAttempt(attemptRecord(pending, held));
    case 'failed':
      return withAttempt(failedRecord(pending, held, at(minutesMax * 60_000)));
    case 'timed out': {
      const attempt = sampleAttempt(pending, {
        status: 'failed',
        statusCode: null,
        error: 'timeout',
      });
      const record = failedRecord(pending, held, at(minutesMax * 60_000));
      return withAttempt({ ...record, attempt });
    }
    case 'dead':
      return withAttempt(deadRecord(pending, held, pending.orderKey !== null));
    case 'expired':
      return attemptRecord(pending, held, {
        attempt: null,
        at: now,
        next: { is: 'dead', reason: 'expired', holdsKey: false },
      });
    case 'late':
      return { ...withAttempt(attemptRecord(pending, held)), attemptCount: rest.attemptCount + 1 };
    default:
      return as satisfies never;
  }
}
