import type { EndpointId } from '../../../core/ids.ts';
import type { ChangeAnswer, DeliveryChange, DeliveryReport } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { nextPosition, tenantKey } from './context.ts';
import { countMove } from './count-move.ts';
import { isHeldRow, places, selectDeliveries, states } from './delivery-row.ts';
import { toPendingDelivery, toState } from './delivery-row.ts';
import type { DeliveryRow, JoinedDeliveryRow } from './delivery-row.ts';
import { erasedAt } from './erased-at.ts';
import { packId } from './id-blob.ts';
import { judgeIdempotency, keepIdempotency } from './idempotency.ts';
import { frees, promoteNext } from './order.ts';
import { report } from './report.ts';
import { retryDelivery } from './retry-delivery.ts';

/** Retries or cancels one delivery, or moves it as its receiver reports. */
export function change(
  context: WriteContext,
  asked: DeliveryChange | DeliveryReport,
): ChangeAnswer {
  if (asked.to === 'report') return report(context, asked);
  const idempotency = asked.idempotency ?? null;
  const used = judgeIdempotency(context, idempotency, asked.at);
  if (used !== null) return used;
  const tenant = tenantKey(context, asked.tenantId);
  const delivery = tenant === null ? null : findDelivery(context, tenant, asked);
  if (delivery === null) return { is: 'unknown' };
  if (isRepeat(delivery, asked)) return answer(context, delivery, false);
  if (!isChangeable(delivery)) return { is: 'refused', state: toState(delivery) };
  if (asked.to === 'retry' && erasedAt(context, delivery.event) !== null) return { is: 'erased' };
  if (asked.to === 'retry') retryDelivery(context, delivery, asked.at);
  else cancel(context, delivery, asked);
  keepIdempotency(context, idempotency);
  return answer(context, delivery, asked.to === 'cancel' && frees(delivery));
}

function findDelivery(
  { db }: WriteContext,
  tenant: number,
  { deliveryId }: DeliveryChange,
): DeliveryRow | null {
  return db.get<DeliveryRow>(
    'SELECT * FROM deliveries WHERE id = ? AND tenant = ?',
    packId('delivery', deliveryId),
    tenant,
  );
}

/** A cancel that was made but not answered is asked for again with the same instant. */
function isRepeat(delivery: DeliveryRow, { to, at }: DeliveryChange): boolean {
  const { state, ended_at: endedAt } = delivery;
  if (to !== 'cancel' || isHeldRow(delivery)) return false;
  return state === states.cancelled && endedAt === at;
}

function isChangeable(delivery: DeliveryRow): boolean {
  const { state } = delivery;
  return state === states.pending || state === states.dead || isHeldRow(delivery);
}

function cancel(context: WriteContext, delivery: DeliveryRow, { at }: DeliveryChange): void {
  context.db.run(
    `UPDATE deliveries SET state = ${states.cancelled}, place = ${places.outside}, ended_at = ?,
      ended_by = 'asked' WHERE position = ?`,
    at,
    delivery.position,
  );
  countMove(context, delivery, { state: states.cancelled, at });
  context.db.run(
    "INSERT INTO changes VALUES (?, ?, 'cancel', ?)",
    nextPosition(context),
    delivery.position,
    at,
  );
}

function answer(context: WriteContext, before: DeliveryRow, isFreed: boolean): ChangeAnswer {
  const promoted = isFreed ? promoteNext(context, before) : null;
  const row = context.db.get<JoinedDeliveryRow>(
    `${selectDeliveries} WHERE d.position = ?`,
    before.position,
  );
  const isPending = row?.state === states.pending;
  return {
    is: 'changed',
    endpointId: context.names.text(before.endpoint) as EndpointId,
    delivery: row !== null && isPending ? toPendingDelivery(row, context) : null,
    promoted,
  };
}
