import type { EndpointId } from '../../../core/ids.ts';
import type { ChangeAnswer, DeliveryChange, DeliveryReport } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { closeStand, isWindow } from './coalescing-row.ts';
import { nextPosition, tenantKey } from './context.ts';
import { countMove } from './count-move.ts';
import { kinds, places, selectDeliveries, states } from './delivery-row.ts';
import { toPendingDelivery, toState } from './delivery-row.ts';
import type { DeliveryRow, JoinedDeliveryRow } from './delivery-row.ts';
import { erasedAt } from './erased-at.ts';
import { packId } from './id-blob.ts';
import { judgeIdempotency, keepIdempotency } from './idempotency.ts';
import { frees, promoteNext } from './order.ts';
import { report } from './report.ts';

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
  if (delivery.state !== states.pending && delivery.state !== states.dead) {
    return { is: 'refused', state: toState(delivery) };
  }
  if (asked.to === 'retry' && erasedAt(context, delivery.event) !== null) return { is: 'erased' };
  if (asked.to === 'retry') retry(context, delivery, asked);
  else cancel(context, delivery, asked);
  context.db.run(
    'INSERT INTO changes VALUES (?, ?, ?, ?)',
    nextPosition(context),
    delivery.position,
    asked.to,
    asked.at,
  );
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
function isRepeat({ state, ended_at: endedAt }: DeliveryRow, { to, at }: DeliveryChange): boolean {
  return to === 'cancel' && state === states.cancelled && endedAt === at;
}

/** Its place stays: a dead letter has left the order already, unless it holds its key. */
function retry(context: WriteContext, delivery: DeliveryRow, { at }: DeliveryChange): void {
  context.db.run(
    `UPDATE deliveries SET state = ${states.pending}, due_at = ?, first_due_at = ?,
      budget_from = attempt_count, failing_since = NULL, ended_at = NULL, ended_by = NULL
      WHERE position = ?`,
    at,
    at,
    delivery.position,
  );
  if (delivery.is_replay === kinds.coalescing) closeStandOfRetried(context, delivery);
  if (delivery.state !== states.pending) {
    countMove(context, delivery, { state: states.pending, at });
  }
}

/** A dead letter takes no part any more, and a window that was asked for gathers no more. */
function closeStandOfRetried(context: WriteContext, { position, state }: DeliveryRow): void {
  if (state !== states.pending || isWindow(context, position)) closeStand(context, position);
}

function cancel(context: WriteContext, delivery: DeliveryRow, { at }: DeliveryChange): void {
  context.db.run(
    `UPDATE deliveries SET state = ${states.cancelled}, place = ${places.outside}, ended_at = ?,
      ended_by = 'asked' WHERE position = ?`,
    at,
    delivery.position,
  );
  countMove(context, delivery, { state: states.cancelled, at });
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
