import { readDetail } from '../../server/src/core/attempt-detail.ts';
import type { Delivery, DeliveryState, PendingDelivery } from '../../server/src/core/delivery.ts';
import type { AttemptRecord, RecordAnswer } from '../../server/src/store/queue.ts';
import { asPending, isLoadable } from './delivery-row.ts';
import { noteDeath } from './alert-rows.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { rowKey } from './image.ts';
import type { Image } from './image.ts';
import { moveDelivery } from './place-delivery.ts';

/** Saves one attempt and moves its delivery, if it is still where its owner believes it to be. */
export function recordAttempt(image: Image, record: AttemptRecord): RecordAnswer {
  if (!image.leases.isCurrent(record.held)) return { is: 'lease_lost' };
  const row = image.deliveries.get(record.tenantId, record.deliveryId);
  if (row === undefined) return { is: 'kept', state: missing(record) };
  const before = isRepeat(image, record, row.now.delivery);
  if (before === 'moved') return { is: 'moved', promoted: promotedBefore(image, row, record) };
  if (before === 'kept') return { is: 'kept', state: row.now.delivery.state };
  const hasMoved = mayMove(record, row.now.delivery);
  insertAttempt(image, bodiless(image, record, row), hasMoved);
  if (!hasMoved) return keep(image, row, record);
  return { is: 'moved', promoted: move(image, row, record) };
}

/** What is over counts each attempt in its log; while it is pending the count guards records. */
function keep(image: Image, row: DeliveryRow, { attempt }: AttemptRecord): RecordAnswer {
  const { delivery, place } = row.now;
  const { state, attemptCount } = delivery;
  if (attempt !== null && state.is !== 'pending') {
    const counted = { ...delivery, attemptCount: attemptCount + 1 };
    moveDelivery(image.deliveries, row, { delivery: counted, place });
  }
  return { is: 'kept', state };
}

/** A delivery that was pruned while its last attempt ran is over; there is no row to ask. */
function missing({ at }: AttemptRecord): DeliveryState {
  return { is: 'cancelled', at, reason: 'asked' };
}

function isRepeat(image: Image, record: AttemptRecord, delivery: Delivery) {
  const { attempt, next, attemptCount, at } = record;
  if (attempt !== null) {
    const known = image.attempts.get(rowKey(record.tenantId, attempt.id));
    return known && (known.hasMoved ? 'moved' : 'kept');
  }
  const { state } = delivery;
  const isSame =
    (next.is === 'dead' || next.is === 'cancelled') &&
    (state.is === 'dead' || state.is === 'cancelled') &&
    state.reason === next.reason &&
    state.at === at &&
    delivery.attemptCount === attemptCount;
  return isSame ? 'moved' : undefined;
}

function promotedBefore(
  image: Image,
  { now }: DeliveryRow,
  { next }: AttemptRecord,
): PendingDelivery | null {
  if (next.is === 'pending' || now.promotedId === null) return null;
  const promoted = image.deliveries.get(now.delivery.tenantId, now.promotedId);
  return promoted !== undefined && isLoadable(promoted.now) ? asPending(promoted.now) : null;
}

function mayMove({ attemptCount, next, attempt }: AttemptRecord, delivery: Delivery): boolean {
  const { is } = delivery.state;
  if (is === 'pending') return delivery.attemptCount === attemptCount;
  const wasTakenBack = is === 'superseded' || is === 'cancelled';
  return wasTakenBack && next.is === 'delivered' && attempt?.status === 'succeeded';
}

/** What was under way when its event was erased must bring nothing of it back. */
function bodiless(image: Image, record: AttemptRecord, { now }: DeliveryRow): AttemptRecord {
  const { attempt } = record;
  const { state, eventPosition } = now.delivery;
  const isErased = image.events.at(eventPosition)?.event.dataErasedAt !== undefined;
  if (attempt === null || state.is === 'pending' || !isErased) return record;
  return { ...record, attempt: { ...attempt, answerBody: null } };
}

function insertAttempt(
  image: Image,
  { tenantId, attempt }: AttemptRecord,
  hasMoved: boolean,
): void {
  if (attempt === null) return;
  const position = image.nextPosition();
  const { detail, answerBody, ...rest } = attempt;
  const stored = { ...rest, ...readDetail(detail, answerBody), position };
  image.attempts.insert(rowKey(tenantId, attempt.id), { attempt: stored, position, hasMoved });
}

function move(image: Image, row: DeliveryRow, record: AttemptRecord): PendingDelivery | null {
  const { tenantId, endpointId, health, disables, at } = record;
  if (health !== null) image.health.set(rowKey(tenantId, endpointId), health);
  if (disables !== null) image.catalogue.disable(endpointId, disables, at);
  return moveOn(image, row, record);
}

/** What a move takes of a record. */
type Move = Pick<AttemptRecord, 'at' | 'next' | 'failingSince'> &
  Partial<Pick<AttemptRecord, 'attempt'>>;

/** Moves a delivery on; answers the next of its order key if that may go now. */
export function moveOn(image: Image, row: DeliveryRow, record: Move): PendingDelivery | null {
  const { next } = record;
  const delivery = moved(row.now.delivery, record);
  const keepsPlace = next.is === 'pending' || (next.is === 'dead' && next.holdsKey);
  const place = keepsPlace ? row.now.place : 'free';
  const promoted = moveDelivery(image.deliveries, row, { delivery, place });
  noteDeath(image, delivery);
  return promoted && asPending(promoted.now);
}

function moved(delivery: Delivery, record: Move): Delivery {
  const { next, attempt = null, failingSince, at } = record;
  const attemptCount = delivery.attemptCount + (attempt === null ? 0 : 1);
  const counted = { ...delivery, attemptCount, failingSince };
  switch (next.is) {
    case 'pending':
      return {
        ...counted,
        budgetFrom: next.budgetFrom,
        state: { is: 'pending', dueAt: next.dueAt },
      };
    case 'delivered':
      return { ...counted, state: { is: 'delivered', at } };
    case 'dead':
      return { ...counted, state: { is: 'dead', at, reason: next.reason } };
    case 'cancelled':
      return { ...counted, state: { is: 'cancelled', at, reason: next.reason } };
    default:
      return next satisfies never;
  }
}
