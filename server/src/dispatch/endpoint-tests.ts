import { AppError } from '../core/app-error.ts';
import { attemptError } from '../core/attempt-error.ts';
import type { Clock } from '../core/clock.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import type { Event } from '../core/event.ts';
import type { AttemptId, EndpointId, Position } from '../core/ids.ts';
import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { HeldShard } from '../core/shard.ts';
import type { SendResult } from '../destinations/destination.ts';
import type { Stored } from '../store/catalogue-mirror.ts';
import type { AttemptRecord, PlannedEvent, Queue } from '../store/queue.ts';
import { attemptRow } from './attempt.ts';
import type { AttemptDeps } from './attempt.ts';

/** What testing needs of the dispatcher. */
export type EndpointTestDeps = Pick<
  AttemptDeps,
  'mirror' | 'owner' | 'destination' | 'ids' | 'emit' | 'inFlight'
> & { readonly clock: Clock; readonly queue: Pick<Queue, 'accept' | 'record' | 'change'> };

/** An event to be tried at one endpoint alone. */
export type EndpointTest = {
  readonly endpoint: Stored<'endpoint'>;
  readonly type: string;
  /** JSON. */
  readonly data: Uint8Array;
};

type Trial = {
  readonly delivery: PendingDelivery;
  readonly event: Event & { readonly position: Position };
  readonly shard: HeldShard;
  readonly startedAt: Instant;
};

/**
 * Sends test events outside the lanes: no breaker, order, rate or state of the endpoint holds them
 * back, and nothing that comes of them counts for or against it. They are kept like any other.
 */
export class EndpointTests {
  readonly #deps: EndpointTestDeps;
  readonly #begun = new Map<EndpointId, Instant[]>();

  constructor(deps: EndpointTestDeps) {
    this.#deps = deps;
  }

  /** Answers once the attempt is in the log, after the endpoint's own deadline at the latest. */
  async run({ endpoint, type, data }: EndpointTest): Promise<AttemptId> {
    const { owner, clock, inFlight } = this.#deps;
    const { id } = endpoint.value;
    const shard = owner.leaseOf(id);
    if (shard === null) throw new AppError('lease_lost');
    const startedAt = clock.now();
    this.#count(id, startedAt);
    const plan = this.#plan({ endpoint, type, data }, startedAt);
    const position = await this.#accept(plan);
    const delivery = pending(plan, position);
    inFlight.began(delivery.id, id);
    try {
      const event = { ...plan.event, position };
      return await this.#attempt(endpoint, { delivery, event, shard, startedAt });
    } finally {
      inFlight.ended(delivery.id);
    }
  }

  #count(id: EndpointId, now: Instant): void {
    const since = now - limits.endpointTestsMs;
    const begun = (this.#begun.get(id) ?? []).filter((at) => at > since);
    if (begun.length >= limits.endpointTests) throw new AppError('too_many_tests');
    if (this.#begun.size >= limits.endpointTestsRemembered) this.#begun.clear();
    this.#begun.set(id, [...begun, now]);
  }

  /** Due only long after it has ended: should this node die, the next one sends it as usual. */
  #plan({ endpoint, type, data }: EndpointTest, now: Instant): PlannedEvent {
    const { ids, mirror } = this.#deps;
    const { id: endpointId, tenantId, timeoutMs } = endpoint.value;
    const id = ids.make('event');
    const event: Event = {
      ...{ id, tenantId, type, data, contentType: 'application/json' },
      ...{ time: now, acceptedAt: now, source: 'posthorn', key: null, entity: null },
      ...{ correlationId: id, causationId: null, hops: 0, metadata: null, ceId: null },
    };
    const dueAt = later(now, timeoutMs + limits.endpointTestGraceMs);
    // As a replay, so that no replay makes it again, for this endpoint or another.
    const apart = { subscriptionId: null, orderKey: null, isReplay: true };
    return {
      ...{ event, planId: ids.make('event'), isCallersId: false, writes: [], idempotency: null },
      deliveries: [{ id: ids.make('delivery'), endpointId, dueAt, ...apart }],
      catalogueVersion: mirror.version,
    };
  }

  async #accept(plan: PlannedEvent): Promise<Position> {
    const { queue, mirror } = this.#deps;
    for (let tries = 1; tries <= limits.acceptTries; tries += 1) {
      const [answer] = await queue.accept([{ ...plan, catalogueVersion: mirror.version }]);
      if (answer?.is === 'accepted') return answer.position;
      if (answer?.is === 'refused') throw new AppError(answer.because);
      await mirror.refresh();
    }
    throw new AppError('conflict');
  }

  async #attempt({ value, version }: Stored<'endpoint'>, trial: Trial): Promise<AttemptId> {
    const { destination, ids, inFlight } = this.#deps;
    const { delivery, event, startedAt } = trial;
    const attemptId = ids.make('attempt');
    inFlight.sending(delivery.id, attemptId);
    const result = await destination.send({
      ...{ attemptId, deliveryId: delivery.id, event, startedAt, number: 1 },
      ...{ endpoint: value, endpointVersion: version, isOneOff: false },
      ...{ isReplay: false, dueAt: startedAt },
    });
    await this.#record(trial, attemptId, result);
    return attemptId;
  }

  async #record(trial: Trial, attemptId: AttemptId, result: SendResult): Promise<void> {
    const { queue, clock, emit } = this.#deps;
    const { delivery, event, shard, startedAt } = trial;
    const { tenantId, endpointId, id: deliveryId, position: deliveryPosition } = delivery;
    const { outcome, latencyMs } = result;
    const at = clock.now();
    const hasFailed = attemptError(outcome) !== null;
    const record: AttemptRecord = {
      ...{ tenantId, deliveryId, deliveryPosition, endpointId, held: shard, attemptCount: 0, at },
      attempt: attemptRow({ delivery, event, attemptId, startedAt }, result),
      ...{ failingSince: hasFailed ? at : null, health: null, disables: null },
      next: hasFailed
        ? { is: 'pending', dueAt: delivery.dueAt, budgetFrom: 0 }
        : { is: 'delivered' },
    };
    const [answer] = await queue.record([record]);
    emit({ signal: 'attempt_ended', tenantId, endpointId, outcome, latencyMs });
    if (answer?.is === 'lease_lost') throw new AppError('lease_lost');
    // A test is tried once, and leaves no dead letter that somebody would have to look after.
    if (hasFailed) await queue.change([{ tenantId, deliveryId, at, to: 'cancel' }]);
  }
}

function pending({ event, deliveries }: PlannedEvent, eventPosition: Position): PendingDelivery {
  const [planned] = deliveries;
  if (planned === undefined) throw new Error('a test has one delivery');
  return {
    ...planned,
    ...{ position: (eventPosition + 1) as Position, tenantId: event.tenantId },
    ...{ eventId: event.id, eventPosition, createdAt: event.acceptedAt },
    ...{ firstDueAt: planned.dueAt, attemptCount: 0, budgetFrom: 0, failingSince: null },
  };
}
