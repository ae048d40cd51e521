import type { Event } from './event.ts';
import { compileFilter } from './filter.ts';
import type { CompiledFilter } from './filter.ts';
import type { FilterInput } from './filter-context.ts';
import type { EndpointId, SubscriptionId } from './ids.ts';
import { patternsOf } from './match-type.ts';
import type { Subscription } from './subscription.ts';

/** The parts of an event that matching reads. */
export type MatchSubject = FilterInput & Pick<Event, 'key'>;

/** An endpoint that wants an event, through its oldest matching subscription. */
export type Match = {
  readonly endpointId: EndpointId;
  readonly subscription: Subscription;
  /** Null when its deliveries may overtake each other. */
  readonly orderKey: string | null;
};

type Entry = { readonly subscription: Subscription; readonly filter: CompiledFilter | null };

/**
 * The subscriptions of one tenant, so arranged that an event costs look-ups for the patterns of its
 * type and entity, and work only for subscriptions that both let through.
 */
export class SubscriptionIndex {
  readonly #entries = new Map<SubscriptionId, Entry>();
  readonly #byPlace = new Map<string, Set<Entry>>();
  #entityCount = 0;

  /** Takes a subscription in; one with the same id is replaced. */
  add(subscription: Subscription): void {
    this.remove(subscription.id);
    const { filter } = subscription;
    const entry = { subscription, filter: filter === null ? null : compileFilter(filter) };
    this.#entries.set(subscription.id, entry);
    if (subscription.entity !== null) this.#entityCount += 1;
    for (const place of placesOf(subscription)) {
      const here = this.#byPlace.get(place) ?? new Set<Entry>();
      this.#byPlace.set(place, here.add(entry));
    }
  }

  /** Leaves a subscription out; an unknown one is nothing to do. */
  remove(id: SubscriptionId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    if (entry.subscription.entity !== null) this.#entityCount -= 1;
    for (const place of placesOf(entry.subscription)) {
      const here = this.#byPlace.get(place);
      here?.delete(entry);
      if (here?.size === 0) this.#byPlace.delete(place);
    }
  }

  /**
   * The endpoints that want an event, each once; those with the oldest subscription first.
   *
   * @param allows  a last word on each, such as whether its endpoint takes deliveries at present.
   */
  match(event: MatchSubject, allows: (subscription: Subscription) => boolean = always): Match[] {
    const matches = new Map<EndpointId, Match>();
    for (const { subscription, filter } of this.#candidates(event)) {
      const { endpointId } = subscription;
      if (matches.has(endpointId) || !allows(subscription) || !passes(filter, event)) continue;
      matches.set(endpointId, {
        endpointId,
        subscription,
        orderKey: orderKeyOf(subscription.order, event),
      });
    }
    return [...matches.values()];
  }

  #candidates(event: MatchSubject): Entry[] {
    const found = new Set<Entry>();
    const scopes = this.#entityCount === 0 ? [''] : scopesOf(event);
    for (const pattern of patternsOf(event.type)) {
      for (const scope of scopes) {
        for (const entry of this.#byPlace.get(scope + pattern) ?? []) found.add(entry);
      }
    }
    return [...found].sort(byAge);
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

function passes(filter: CompiledFilter | null, event: FilterInput): boolean {
  return filter === null || (filter.is === 'ok' && filter.matches(event));
}

/** By creation; the id decides only between those of one millisecond, the same on every node. */
function byAge(a: Entry, b: Entry): number {
  const byTime = a.subscription.createdAt - b.subscription.createdAt;
  if (byTime !== 0) return byTime;
  return a.subscription.id < b.subscription.id ? -1 : 1;
}

function placesOf({ types, entity }: Subscription): string[] {
  const scope = entity === null ? '' : scopeOf(entity.type, entity.id);
  return types.map((pattern) => scope + pattern);
}

/** Every scope that an event falls into: all events, those of its entity's type, of its entity. */
function scopesOf({ entity }: MatchSubject): string[] {
  if (entity === null) return [''];
  return ['', scopeOf(entity.type, null), scopeOf(entity.type, entity.id)];
}

/** Ends in a character that neither types nor ids may have, so that no two scopes run together. */
function scopeOf(type: string, id: string | null): string {
  return id === null ? `${type}\u0000\u0000` : `${type}\u0000${id}\u0000`;
}
