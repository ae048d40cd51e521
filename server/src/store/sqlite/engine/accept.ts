import type { Event } from '../../../core/event.ts';
import type { Position } from '../../../core/ids.ts';
import { traceText } from '../../../core/trace-context.ts';
import type { AcceptAnswer, PlannedDelivery, PlannedEvent } from '../../queue.ts';
import { keepCallback } from './callback-row.ts';
import { Coalesce } from './coalesce.ts';
import { coalescedBefore } from './coalesced-before.ts';
import { isKeptOf, keepStand } from './coalescing-row.ts';
import type { Stand } from './coalescing-row.ts';
import type { WriteContext } from './context.ts';
import { countEvent, countMade } from './count-move.ts';
import { holdNewest } from './hold-delivery.ts';
import { nextPosition } from './context.ts';
import { kinds, places, states } from './delivery-row.ts';
import { usualContentType } from './event-row.ts';
import type { EventRow } from './event-row.ts';
import { findEventRow } from './find-event.ts';
import { firstConflict, writeGuarded } from './guarded.ts';
import { packId } from './id-blob.ts';
import { judgeIdempotency, keepIdempotency } from './idempotency.ts';
import { insertReplay } from './make-replay.ts';
import { placeFor } from './order.ts';

/** Judges one planned event, then saves all of it or nothing. */
export function accept(context: WriteContext, plan: PlannedEvent): AcceptAnswer {
  const tenant = context.names.make('tenant', 0, plan.event.tenantId);
  const present = findEventRow(context, tenant, plan.event.id);
  if (present !== null && isOfPlan(present, plan)) return answerRepeat(context, present);
  const used = judgeIdempotency(context, plan.idempotency, plan.event.acceptedAt);
  if (used !== null) return used;
  if (present !== null) return answerDuplicate(context, present, plan.event);
  const { catalogueVersion } = context.counters;
  if (plan.catalogueVersion < catalogueVersion) {
    return { is: 'stale_catalogue', version: catalogueVersion };
  }
  const conflict = firstConflict(context, tenant, plan.writes);
  if (conflict !== null) return { is: 'conflict', ...conflict };
  return save(context, tenant, plan);
}

function isOfPlan({ plan }: EventRow, { planId }: PlannedEvent): boolean {
  return sameBytes(packId('event', planId), plan);
}

function answerRepeat(context: WriteContext, present: EventRow): AcceptAnswer {
  const followers = followersOf(context, present);
  const position = present.position as Position;
  return { is: 'accepted', position, followers, ...coalescedBefore(context, present) };
}

function answerDuplicate(context: WriteContext, present: EventRow, event: Event): AcceptAnswer {
  return {
    is: 'duplicate',
    position: present.position as Position,
    isSameContent: hasSameContent(context, present, event),
    deliveryCount: present.delivery_count,
  };
}

/** Those that wait for another, and those that are over by now. */
function followersOf({ db }: WriteContext, event: EventRow): number[] {
  const rows = db.all<{ position: number }>(
    `SELECT position FROM deliveries WHERE position > ? AND position <= ?
      AND (+place = ${places.follower} OR +state <> ${states.pending})`,
    event.position,
    event.position + event.delivery_count,
  );
  return rows.map(({ position }) => position - event.position - 1);
}

function hasSameContent({ db, names }: WriteContext, present: EventRow, event: Event): boolean {
  const stored = db.get<{ data: Uint8Array }>(
    'SELECT data FROM events WHERE position = ?',
    present.position,
  );
  return (
    names.text(present.type) === event.type &&
    (present.content_type ?? usualContentType) === event.contentType &&
    stored !== null &&
    sameBytes(stored.data, event.data)
  );
}

function save(context: WriteContext, tenant: number, plan: PlannedEvent): AcceptAnswer {
  const { event, deliveries } = plan;
  const position = nextPosition(context);
  const id = packId('event', event.id);
  insertEvent(context, { tenant, position, id, plan });
  if (typeof id === 'string') {
    context.db.run('INSERT INTO caller_events VALUES (?, ?, ?)', id, tenant, position);
  }
  const followers: number[] = [];
  let coalesce: Coalesce | null = null;
  for (const [index, delivery] of deliveries.entries()) {
    const endpoint = context.names.make('endpoint', tenant, delivery.endpointId);
    let stand: Stand | null = null;
    if (delivery.coalescing !== undefined) {
      coalesce ??= new Coalesce(context, { position, acceptedAt: event.acceptedAt });
      stand = coalesce.stand(delivery, delivery.coalescing, { index, endpoint });
    }
    const place = insertDelivery(context, { tenant, endpoint, event: position, delivery, stand });
    countMade(context, { tenant, endpoint }, event.acceptedAt);
    if (delivery.isHeld === true) holdNewest(context, { tenant, endpoint }, event.acceptedAt);
    if (place === places.follower || delivery.isHeld === true) followers.push(index);
  }
  countEvent(context, tenant, event.acceptedAt);
  writeGuarded(context, { tenant, position, acceptedAt: event.acceptedAt }, plan.writes);
  keepIdempotency(context, plan.idempotency);
  if (plan.replay !== undefined) {
    const { tenantId, acceptedAt: createdAt } = event;
    insertReplay(context, tenant, { ...plan.replay, tenantId, createdAt, upperPosition: position });
  }
  if (coalesce === null) return { is: 'accepted', position, followers };
  return { is: 'accepted', position, followers, ...coalesce.finish() };
}

function insertEvent(
  { db, names }: WriteContext,
  {
    tenant,
    position,
    id,
    plan,
  }: {
    tenant: number;
    position: number;
    id: Uint8Array | string;
    plan: PlannedEvent;
  },
): void {
  const { event } = plan;
  db.run(
    'INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    position,
    id,
    tenant,
    names.make('eventType', 0, event.type),
    plan.deliveries.length,
    event.acceptedAt,
    event.time,
    packId('event', plan.planId),
    event.correlationId === event.id ? null : packId('event', event.correlationId),
    event.causationId === null ? null : packId('event', event.causationId),
    event.hops,
    event.source,
    event.key,
    event.entity?.type ?? null,
    event.entity?.id ?? null,
    event.contentType === usualContentType ? null : event.contentType,
    event.ceId,
    event.metadata === null ? null : JSON.stringify(event.metadata),
    event.data,
    event.trace === undefined ? null : traceText(event.trace),
  );
}

/** Gives a planned delivery the next position; answers the place that it took. */
export function insertDelivery(
  context: WriteContext,
  {
    tenant,
    endpoint,
    event,
    delivery,
    stand,
  }: {
    tenant: number;
    endpoint: number;
    event: number;
    delivery: PlannedDelivery;
    /** Null when it takes no part in coalescing. */
    stand: Stand | null;
  },
): number {
  const { db, names } = context;
  const { subscriptionId, orderKey } = delivery;
  const dueAt = stand?.dueAt ?? delivery.dueAt;
  const kept = stand !== null && isKeptOf(stand) ? stand : null;
  const place = placeOf(context, endpoint, delivery);
  const position = nextPosition(context);
  db.run(
    'INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    position,
    packId('delivery', delivery.id),
    tenant,
    event,
    endpoint,
    subscriptionId === null ? null : names.make('subscription', tenant, subscriptionId),
    states.pending,
    place,
    delivery.isReplay ? kinds.replay : kept === null ? kinds.planned : kinds.coalescing,
    dueAt,
    dueAt,
    0,
    0,
    null,
    null,
    null,
    orderKey,
  );
  if (delivery.callback !== undefined) keepCallback(context, position, delivery.callback);
  if (kept !== null) keepStand(context, { position, endpoint }, kept);
  return place;
}

function placeOf(
  context: WriteContext,
  endpoint: number,
  { orderKey, isReplay }: PlannedDelivery,
): number {
  return isReplay ? places.outside : placeFor(context, endpoint, orderKey);
}

function sameBytes(a: Uint8Array | string, b: Uint8Array | string): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return Buffer.compare(a, b) === 0;
}
