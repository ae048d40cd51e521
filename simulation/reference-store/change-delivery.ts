import type { Delivery } from '../../server/src/core/delivery.ts';
import { isHeld } from '../../server/src/core/is-held.ts';
import type {
  ChangeAnswer,
  DeliveryChange,
  DeliveryReport,
  SettleRequest,
} from '../../server/src/store/queue.ts';
import { idempotencyKey, judgeRow } from './accept-event.ts';
import { noteDeath } from './alert-rows.ts';
import { closeStanding } from './coalesce-deliveries.ts';
import { asPending } from './delivery-row.ts';
import type { DeliveryRow, Place } from './delivery-row.ts';
import type { Image } from './image.ts';
import { moveDelivery, placeNew } from './place-delivery.ts';
import { reportDelivery } from './report-delivery.ts';

/** Retries or cancels one delivery, and leaves word of it for the tail. */
export function changeDelivery(
  image: Image,
  change: DeliveryChange | DeliveryReport,
): ChangeAnswer {
  if (change.to === 'report') return reportDelivery(image, change);
  const { tenantId, deliveryId, to, idempotency } = change;
  const used = idempotency && judgeRow(image, idempotency, change.at);
  if (used) return used;
  const row = image.deliveries.get(tenantId, deliveryId);
  if (row === undefined) return { is: 'unknown' };
  const { state, endpointId } = row.now.delivery;
  const isChangeable = state.is === 'pending' || state.is === 'dead' || isHeld(state);
  if (!isChangeable) return { is: 'refused', state };
  if (to === 'retry' && isErased(image, row)) return { is: 'erased' };
  const { standing } = row.now;
  // A dead letter takes no part any more, and a window that was asked for gathers no more.
  if (state.is === 'dead' || standing?.part === null) closeStanding(image, row);
  const next = to === 'retry' ? retried(image, row, change) : cancelled(row, change);
  const promoted = moveDelivery(image.deliveries, row, next);
  const position = image.nextPosition();
  const item = { kind: 'changed', position, tenantId, endpointId, deliveryId, to } as const;
  image.changes.insert(String(position), item);
  if (idempotency !== undefined) image.idempotency.set(idempotencyKey(idempotency), idempotency);
  return {
    is: 'changed',
    endpointId,
    delivery: asPending(row.now),
    promoted: promoted && asPending(promoted.now),
  };
}

function isErased(image: Image, { now }: DeliveryRow): boolean {
  return image.events.at(now.delivery.eventPosition)?.event.dataErasedAt !== undefined;
}

type Next = { readonly delivery: Delivery; readonly place: Place };

/**
 * A dead letter has left the order already, unless it holds its key; what was held comes to it only
 * now.
 */
function retried(image: Image, { now }: DeliveryRow, { at }: DeliveryChange): Next {
  const { delivery, place } = now;
  return {
    place: isHeld(delivery.state) ? placeNew(image.deliveries, delivery) : place,
    delivery: {
      ...delivery,
      firstDueAt: at,
      budgetFrom: delivery.attemptCount,
      failingSince: null,
      state: { is: 'pending', dueAt: at },
    },
  };
}

function cancelled({ now }: DeliveryRow, { at }: DeliveryChange): Next {
  return {
    place: 'free',
    delivery: { ...now.delivery, state: { is: 'cancelled', at, reason: 'asked' } },
  };
}

/** Ends at most `limit` of what waits for an endpoint, oldest first. */
export function settleDeliveries(image: Image, request: SettleRequest) {
  const { tenantId, endpointId, at, as, limit } = request;
  const waiting = image.deliveries.of(tenantId, endpointId)?.pending ?? [];
  const rows = [...waiting].slice(0, limit);
  for (const row of rows) {
    const delivery = { ...row.now.delivery, state: { ...as, at } };
    moveDelivery(image.deliveries, row, { delivery, place: 'free' });
    noteDeath(image, delivery);
  }
  const left = image.deliveries.of(tenantId, endpointId)?.pending.length ?? 0;
  return { count: rows.length, isDone: left === 0 };
}
