import type { DeliveryState, MergedVersions } from '../server/src/core/delivery.ts';
import type { Endpoint } from '../server/src/core/endpoint.ts';
import type { DeliveryId, EndpointId, EventId, NodeId } from '../server/src/core/ids.ts';
import type { SubscriptionId } from '../server/src/core/ids.ts';
import { shardOf } from '../server/src/core/shard.ts';
import type { Subscription } from '../server/src/core/subscription.ts';
import type { Coalescing, DeliveryReport, PlannedEvent } from '../server/src/store/queue.ts';
import type { Fact, FactOf } from './fact.ts';

/** A delivery as the commits so far left it. */
export type Owed = {
  readonly id: DeliveryId;
  readonly position: number;
  readonly eventId: EventId;
  readonly endpointId: EndpointId;
  readonly orderKey: string | null;
  state: DeliveryState['is'];
  dueAt: number;
  /** When it first fell due, or was last retried; its age counts from here. */
  firstDueAt: number;
  attemptCount: number;
  budgetFrom: number;
  /** Whether it takes part in the order of its key; a dead letter seldom does. */
  isInOrder: boolean;
  holdsKey: boolean;
  /** How it was planned to stand for others; undefined when it does not. */
  readonly coalescing: Coalescing | undefined;
  readonly merged: MergedVersions | null;
  readonly supersededCount: number;
  /** How long its receiver has to report; null when any 2xx is the end. */
  readonly ackWithinMs: number | null;
};

/** What all commits so far add up to, apart from the store, to be held against it. */
export class Ledger {
  readonly owed = new Map<DeliveryId, Owed>();
  readonly events = new Map<EventId, PlannedEvent>();
  readonly endpoints = new Map<EndpointId, Endpoint>();
  readonly subscriptions = new Map<SubscriptionId, Subscription>();
  /** The owner of each shard, by number. */
  readonly owners = new Map<number, { life: NodeId; epoch: number }>();
  readonly #byEndpoint = new Map<EndpointId, Owed[]>();

  /** All deliveries of an endpoint, by position. */
  of(endpointId: EndpointId): readonly Owed[] {
    return this.#byEndpoint.get(endpointId) ?? [];
  }

  ownerOf(endpointId: EndpointId): { life: NodeId; epoch: number } | null {
    return this.owners.get(shardOf(endpointId).number) ?? null;
  }

  /** Takes in a fact; only commits matter. */
  apply(fact: Fact): void {
    if (fact.is === 'accept_committed') this.#accept(fact);
    else if (fact.is === 'record_committed') this.#record(fact);
    else if (fact.is === 'change_committed') this.#change(fact);
    else if (fact.is === 'settle_committed') this.#settle(fact);
    else if (fact.is === 'catalogue_committed') this.#place(fact);
    else if (fact.is === 'lease_committed') this.#own(fact);
  }

  #own({ held, life }: FactOf<'lease_committed'>): void {
    for (const { shard, epoch } of held) this.owners.set(shard.number, { life, epoch });
  }

  #accept({ planned, answer }: FactOf<'accept_committed'>): void {
    const { id: eventId } = planned.event;
    if (answer.is !== 'accepted' || this.events.has(eventId)) return;
    const { position, placed, superseded } = answer;
    this.events.set(eventId, planned);
    for (const { deliveryId } of superseded ?? []) {
      const owed = this.owed.get(deliveryId);
      if (owed !== undefined) owed.state = 'superseded';
    }
    for (const [index, plan] of planned.deliveries.entries()) {
      const { id, endpointId, orderKey, isReplay, coalescing } = plan;
      const place = placed?.find((each) => each.index === index);
      const { dueAt } = place ?? plan;
      const subscription = plan.subscriptionId && this.subscriptions.get(plan.subscriptionId);
      const ackWithinMs = (subscription && subscription.ack?.withinMs) ?? null;
      const { merged, supersededCount } = place ?? { merged: null, supersededCount: 0 };
      const owed: Owed = {
        ...{ id, eventId, endpointId, orderKey, dueAt, position: position + 1 + index },
        ...{ firstDueAt: dueAt, state: 'pending', attemptCount: 0, budgetFrom: 0, holdsKey: false },
        ...{ coalescing, merged, supersededCount, ackWithinMs },
        isInOrder: orderKey !== null && !isReplay,
      };
      this.owed.set(id, owed);
      const ofEndpoint = this.#byEndpoint.get(endpointId) ?? [];
      this.#byEndpoint.set(endpointId, ofEndpoint);
      ofEndpoint.push(owed);
    }
  }

  #record({ record, answer }: FactOf<'record_committed'>): void {
    const owed = this.owed.get(record.deliveryId);
    if (owed === undefined || answer.is !== 'moved') return;
    const attemptCount = record.attemptCount + (record.attempt === null ? 0 : 1);
    // An answer may be given again long after.
    if (attemptCount < owed.attemptCount || owed.state === 'delivered') return;
    if (owed.attemptCount === attemptCount && record.attempt !== null) return;
    owed.attemptCount = attemptCount;
    owed.state = record.next.is;
    if (record.next.is === 'pending') {
      owed.dueAt = record.next.dueAt;
      owed.budgetFrom = record.next.budgetFrom;
    }
    owed.holdsKey = owed.isInOrder && record.next.is === 'dead' && record.next.holdsKey;
    if (record.disables !== null) this.#disable(record.endpointId, record.at);
  }

  #disable(endpointId: EndpointId, at: Endpoint['createdAt']): void {
    const endpoint = this.endpoints.get(endpointId);
    if (endpoint === undefined) return;
    const isOver = endpoint.status.is === 'disabled' || endpoint.status.is === 'deleted';
    if (isOver) return;
    const status = { is: 'disabled', reason: 'gone', at } as const;
    this.endpoints.set(endpointId, { ...endpoint, status });
  }

  #change({ change, answer }: FactOf<'change_committed'>): void {
    const owed = this.owed.get(change.deliveryId);
    if (owed === undefined || answer.is !== 'changed') return;
    if (change.to === 'report') return this.#report(owed, change);
    if (change.to === 'cancel') {
      owed.state = 'cancelled';
      owed.holdsKey = false;
      return;
    }
    if (owed.state === 'dead' && !owed.holdsKey) owed.isInOrder = false;
    owed.state = 'pending';
    owed.dueAt = change.at;
    owed.firstDueAt = change.at;
    owed.budgetFrom = owed.attemptCount;
  }

  #report(owed: Owed, { next }: DeliveryReport): void {
    owed.state = next.is;
    owed.holdsKey = owed.isInOrder && next.is === 'dead' && next.holdsKey;
    if (next.is !== 'pending') return;
    owed.dueAt = next.dueAt;
    owed.budgetFrom = next.budgetFrom;
  }

  #settle({ request, count }: FactOf<'settle_committed'>): void {
    const waiting = this.of(request.endpointId).filter((each) => each.state === 'pending');
    for (const owed of waiting.slice(0, count)) {
      owed.state = request.as.is;
      owed.holdsKey = false;
    }
  }

  #place({ resources }: FactOf<'catalogue_committed'>): void {
    for (const each of resources) {
      if (each.kind === 'endpoint') this.endpoints.set(each.value.id, each.value);
      if (each.kind !== 'subscription') continue;
      if (each.isRemoved) this.subscriptions.delete(each.value.id);
      else this.subscriptions.set(each.value.id, each.value);
    }
  }
}
