import type { Event } from './event.ts';
import { compileFilter } from './filter.ts';
import type { CompiledFilter } from './filter.ts';
import type { FilterInput } from './filter-context.ts';
import type { EndpointId, SubscriptionId } from './ids.ts';
import { patternsOf } from './match-type.ts';
import type { Subscription } from './subscription.ts';
import { SubscriptionPlaces } from './subscription-places.ts';

/** The parts of an event that matching reads. */
export type MatchSubject = FilterInput & Pick<Event, 'key'>;

/** An endpoint that wants an event, through its oldest matching subscription. */
export type Match = {
  readonly endpointId: EndpointId;
  readonly subscription: Subscription;
  /** Null when its deliveries may overtake each other. */
  readonly orderKey: string | null;
};

/**
 * The subscriptions of one tenant, so arranged that an event costs look-ups for the patterns of its
 * type and entity, and work only for subscriptions that both let through.
 */
export class SubscriptionIndex {
  readonly #known = new Map<SubscriptionId, Subscription>();
  readonly #filters = new Map<SubscriptionId, CompiledFilter>();
  readonly #places = new SubscriptionPlaces();

  /** Takes a subscription in; one with the same id is replaced. */
  add(subscription: Subscription): void {
    const { id, filter } = subscription;
    this.remove(id);
    this.#known.set(id, subscription);
    if (filter !== null) this.#filters.set(id, compileFilter(filter));
    this.#places.add(subscription);
  }

  /** Leaves a subscription out; an unknown one is nothing to do. */
  remove(id: SubscriptionId): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#known.delete(id);
    this.#filters.delete(id);
    this.#places.remove(known);
  }

  /**
   * The endpoints that want an event, each once; those with the oldest subscription first.
   *
   * @param allows  a last word on each, such as whether its endpoint takes deliveries at present.
   */
  match(event: MatchSubject, allows: (subscription: Subscription) => boolean = always): Match[] {
    const matches = new Map<EndpointId, Match>();
    for (const subscription of this.#candidates(event)) {
      const { endpointId } = subscription;
      if (matches.has(endpointId) || !allows(subscription)) continue;
      if (!this.#passes(subscription, event)) continue;
      matches.set(endpointId, {
        endpointId,
        subscription,
        orderKey: orderKeyOf(subscription.order, event),
      });
    }
    return [...matches.values()];
  }

  #candidates(event: MatchSubject): Subscription[] {
    const found = new Set<Subscription>();
    this.#places.find(patternsOf(event.type), event.entity, found);
    return [...found].sort(byAge);
  }

  #passes({ id, filter }: Subscription, event: FilterInput): boolean {
    if (filter === null) return true;
    const compiled = this.#filters.get(id);
    return compiled?.is === 'ok' && compiled.matches(event);
  }
}

/** The key within which an event's deliveries keep their order; null for none. */
export function orderKeyOf(
  order: Subscription['order'],
  event: Pick<Event, 'key' | 'entity'>,
): string | null {
  switch (order) {
    case 'none':
      return null;
    case 'endpoint':
      return '';
    case 'key':
      if (event.key !== null) return event.key;
      return event.entity === null ? null : `${event.entity.type}\u0000${event.entity.id}`;
    default:
      return order satisfies never;
  }
}

function always(): boolean {
  return true;
}

/** By creation; the id decides only between those of one millisecond, the same on every node. */
function byAge(a: Subscription, b: Subscription): number {
  const byTime = a.createdAt - b.createdAt;
  if (byTime !== 0) return byTime;
  return a.id < b.id ? -1 : 1;
}
