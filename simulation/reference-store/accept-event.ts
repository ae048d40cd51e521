import type { Delivery } from '../../server/src/core/delivery.ts';
import type { Event } from '../../server/src/core/event.ts';
import type { DeliveryId, Position, ReplayId } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import type { IdempotencyRow } from '../../server/src/store/idempotency.ts';
import type { AcceptAnswer, PlannedDelivery, PlannedEvent } from '../../server/src/store/queue.ts';
import { CoalescedEvent, coalescedBefore } from './coalesce-deliveries.ts';
import type { Stand } from './coalesce-deliveries.ts';
import { isLoadable } from './delivery-row.ts';
import { guardedKey, writeGuarded } from './guarded-rows.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';
import { moveDelivery, placeNew } from './place-delivery.ts';
import { startReplay } from './start-replay.ts';

/** Saves one planned event whole, or tells why not and leaves no trace. */
export function acceptEvent(image: Image, planned: PlannedEvent): AcceptAnswer {
  const { event } = planned;
  const stored = image.events.get(rowKey(event.tenantId, event.id));
  if (stored?.planId === planned.planId) return acceptedBefore(image, stored);
  const kept = planned.idempotency && judgeRow(image, planned.idempotency, event.acceptedAt);
  if (kept) return kept;
  if (stored !== undefined) return duplicate(stored, event);
  const { version } = image.catalogue;
  if (planned.catalogueVersion < version) return { is: 'stale_catalogue', version };
  if (image.isFull) return { is: 'refused', because: 'disk_full' };
  return save(image, planned);
}

/** What a kept answer says to a new request with its key; null when there is none that lasts. */
export function judgeRow(image: Image, row: IdempotencyRow, now: Instant) {
  const old = image.idempotency.get(idempotencyKey(row));
  if (old === undefined || old.expiresAt <= now) return null;
  if (old.bodyDigest !== row.bodyDigest) return { is: 'idempotency_conflict' } as const;
  return { is: 'repeated', row: old } as const;
}

/** The key of a kept answer. */
export function idempotencyKey(
  row: Pick<IdempotencyRow, 'tenantId' | 'method' | 'path' | 'key'>,
): string {
  return rowKey(row.tenantId, row.method, row.path, row.key);
}

function acceptedBefore(image: Image, { position }: EventRow): AcceptAnswer {
  const rows = image.deliveries.ofEvent(position);
  const followers = rows.flatMap(({ now }, index) => (isLoadable(now) ? [] : [index]));
  return { is: 'accepted', position, followers, ...coalescedBefore(image, rows) };
}

function duplicate({ event, position, deliveryCount }: EventRow, again: Event): AcceptAnswer {
  const isSameContent =
    event.type === again.type &&
    event.contentType === again.contentType &&
    Buffer.compare(event.data, again.data) === 0;
  return { is: 'duplicate', position, isSameContent, deliveryCount };
}

function save(image: Image, planned: PlannedEvent): AcceptAnswer {
  const { event, planId, deliveries, idempotency } = planned;
  const mark = image.journal.mark;
  const position = image.nextPosition();
  const row = { event: { ...event, position }, position, planId, deliveryCount: deliveries.length };
  for (const [index, write] of planned.writes.entries()) {
    const version = image.guarded.get(guardedKey({ ...event, ...write }))?.row.version ?? null;
    if (version !== write.expects) {
      image.journal.rollBack(mark);
      return { is: 'conflict', index, version };
    }
    if (write.isCheck !== true) writeGuarded(image, row, write);
  }
  image.events.insert(rowKey(event.tenantId, event.id), row);
  if (idempotency !== null) image.idempotency.set(idempotencyKey(idempotency), idempotency);
  const followers: number[] = [];
  const coalesced = new CoalescedEvent(image, row);
  for (const [index, plan] of deliveries.entries()) {
    if (image.deliveries.get(event.tenantId, plan.id) !== undefined) {
      image.journal.rollBack(mark);
      return { is: 'refused', because: 'unstorable' };
    }
    const { coalescing } = plan;
    const stand = coalescing === undefined ? null : coalesced.stand(plan, coalescing, index);
    const place = insertDelivery(image, plan, { row, stand });
    if (plan.isHeld === true) holdDelivery(image, event, plan.id);
    if (place === 'follower' || plan.isHeld === true) followers.push(index);
  }
  const parts = coalesced.finish();
  keepReplay(image, planned, position);
  return { is: 'accepted', position, followers, ...parts };
}

function holdDelivery(image: Image, { tenantId, acceptedAt: at }: Event, id: DeliveryId): void {
  const row = image.deliveries.get(tenantId, id);
  if (row === undefined) throw new Error(`delivery ${id} was not inserted`);
  const state = { is: 'cancelled', at, reason: 'held' } as const;
  moveDelivery(image.deliveries, row, {
    delivery: { ...row.now.delivery, state },
    place: 'free',
  });
}

function keepReplay(image: Image, { event, replay }: PlannedEvent, upperPosition: Position): void {
  if (replay === undefined) return;
  const { tenantId, acceptedAt: createdAt } = event;
  startReplay(image, { ...replay, tenantId, createdAt, upperPosition });
}

/** Gives a planned delivery of an event, or of a replay of it, the next position. */
export function insertDelivery(
  image: Image,
  plan: PlannedDelivery,
  {
    row: { event, position: eventPosition },
    replayed,
    stand,
  }: {
    row: EventRow;
    replayed?: { replayId: ReplayId; at: Instant };
    stand: Stand | null;
  },
) {
  const positions = { eventPosition, position: image.nextPosition() };
  const made = standingFor(newDelivery(plan, event, positions), stand);
  const { at: createdAt = made.createdAt, replayId } = replayed ?? {};
  const delivery = { ...made, createdAt, ...(replayId === undefined ? {} : { replayId }) };
  const place = placeNew(image.deliveries, delivery);
  const callback = plan.callback ?? null;
  const standing = stand?.standing ?? null;
  image.deliveries.insert({ delivery, place, promotedId: null, callback, standing });
  return place;
}

function standingFor(delivery: Delivery, stand: Stand | null): Delivery {
  if (stand === null) return delivery;
  const { dueAt, merged, supersededCount } = stand;
  return {
    ...delivery,
    firstDueAt: dueAt,
    state: { is: 'pending', dueAt },
    ...(merged === null ? {} : { merged }),
    ...(supersededCount === 0 ? {} : { supersededCount }),
  };
}

function newDelivery(
  plan: PlannedDelivery,
  event: Event,
  positions: { readonly eventPosition: Position; readonly position: Position },
): Delivery {
  return {
    id: plan.id,
    position: positions.position,
    tenantId: event.tenantId,
    eventId: event.id,
    eventPosition: positions.eventPosition,
    endpointId: plan.endpointId,
    subscriptionId: plan.subscriptionId,
    orderKey: plan.orderKey,
    isReplay: plan.isReplay,
    createdAt: event.acceptedAt,
    firstDueAt: plan.dueAt,
    attemptCount: 0,
    budgetFrom: 0,
    failingSince: null,
    ...(plan.callback === undefined ? {} : { callbackUrl: plan.callback.url }),
    state: { is: 'pending', dueAt: plan.dueAt },
  };
}
