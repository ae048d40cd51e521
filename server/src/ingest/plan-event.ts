import type { PendingDelivery } from '../core/delivery.ts';
import type { Event, StoredEvent } from '../core/event.ts';
import type { EndpointId, EventId, Position, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { Match } from '../core/match-event.ts';
import type { AcceptAnswer, PlannedDelivery, PlannedEvent } from '../store/queue.ts';
import type { NewEvent } from './new-event.ts';
import type { PlannedCallback } from './plan-callback.ts';

type Accepted = AcceptAnswer & { readonly is: 'accepted' };

/** What an event continues, when its publisher says so. */
export type Cause = { readonly correlationId: string; readonly hops: number };

/** An event with the names it keeps over repeated plans. */
export type NamedEvent = { readonly event: Event; readonly planId: string };

/** Makes the event itself; done once, so that a repeated call means the same event. */
export function nameEvent(
  from: NewEvent,
  {
    tenantId,
    ids,
    now,
    cause,
  }: { tenantId: TenantId; ids: IdMaker; now: Instant; cause: Cause | null },
): NamedEvent {
  const madeId = ids.make('event');
  const id: EventId = from.id ?? madeId;
  const { type, data, contentType, source, key, entity, causationId, metadata, ceId } = from;
  const correlationId = cause?.correlationId ?? from.correlationId ?? id;
  const event: Event = {
    ...{ id, tenantId, type, data, contentType, source, key, entity, metadata, ceId },
    ...{ time: from.time ?? now, acceptedAt: now },
    ...{ correlationId, causationId, hops: cause === null ? 0 : cause.hops + 1 },
  };
  const traced = from.trace === undefined ? event : { ...event, trace: from.trace };
  return { event: traced, planId: madeId };
}

/**
 * Turns matches into deliveries, then the callback, which takes no part in any order; the ids are
 * new with each plan, since an older plan is void.
 */
export function planDeliveries(
  {
    matches,
    also,
    callback,
  }: {
    matches: readonly Match[];
    /** Endpoints that get it without a subscription. */
    also: readonly EndpointId[];
    callback: PlannedCallback | null;
  },
  { ids, dueAt }: { ids: IdMaker; dueAt: Instant },
): PlannedDelivery[] {
  const planned = matches.map(({ subscription, orderKey }): PlannedDelivery => ({
    id: ids.make('delivery'),
    endpointId: subscription.endpointId,
    subscriptionId: subscription.id,
    dueAt,
    orderKey,
    isReplay: false,
  }));
  if (also.length === 0 && callback === null) return planned;
  const alone = { subscriptionId: null, dueAt, orderKey: null, isReplay: false };
  for (const endpointId of also) planned.push({ id: ids.make('delivery'), endpointId, ...alone });
  if (callback === null) return planned;
  const { endpointId, target } = callback;
  return [...planned, { id: ids.make('delivery'), endpointId, ...alone, callback: target }];
}

/** The event as the store now holds it. */
export function storedEvent({ event }: PlannedEvent, position: Position): StoredEvent {
  return { ...event, position };
}

/** The deliveries that may go now, as the store holds them. */
export function acceptedHeads(
  { event, deliveries }: PlannedEvent,
  { position, followers, placed }: Pick<Accepted, 'position' | 'followers' | 'placed'>,
): PendingDelivery[] {
  const waiting = new Set(followers);
  return deliveries.flatMap((planned, index) => {
    if (waiting.has(index)) return [];
    const head = pendingDelivery({ event, planned, index, eventPosition: position });
    return planned.coalescing === undefined ? head : placedHead(head, { index, placed });
  });
}

/** A delivery as coalescing has placed it. */
function placedHead(
  head: PendingDelivery & { readonly coalescing?: unknown },
  { index, placed }: { index: number; placed: Accepted['placed'] },
): PendingDelivery {
  const { coalescing: _, ...plain } = head;
  const found = placed?.find((each) => each.index === index);
  if (found === undefined) return plain;
  const { dueAt, merged, supersededCount } = found;
  return {
    ...plain,
    ...{ dueAt, firstDueAt: dueAt },
    ...(merged === null ? {} : { merged }),
    ...(supersededCount === 0 ? {} : { supersededCount }),
  };
}

function pendingDelivery({
  event,
  planned,
  index,
  eventPosition,
}: {
  event: Event;
  planned: PlannedDelivery;
  index: number;
  eventPosition: Position;
}): PendingDelivery {
  return {
    ...planned,
    position: (eventPosition + 1 + index) as Position,
    tenantId: event.tenantId,
    eventId: event.id,
    eventPosition,
    createdAt: event.acceptedAt,
    firstDueAt: planned.dueAt,
    attemptCount: 0,
    budgetFrom: 0,
    failingSince: null,
  };
}
