import type { Instant } from '../../../core/instant.ts';
import { closeStand, isWindow } from './coalescing-row.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';
import { countMove } from './count-move.ts';
import { isHeldRow, kinds, states } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { placeFor } from './order.ts';

/** Makes a delivery due at once with a new budget, and leaves word of it for the tail. */
export function retryDelivery(context: WriteContext, delivery: DeliveryRow, at: Instant): void {
  context.db.run(
    `UPDATE deliveries SET state = ${states.pending}, place = ?, due_at = ?, first_due_at = ?,
      budget_from = attempt_count, failing_since = NULL, ended_at = NULL, ended_by = NULL
      WHERE position = ?`,
    placeOf(context, delivery),
    at,
    at,
    delivery.position,
  );
  if (delivery.is_replay === kinds.coalescing) closeStandOfRetried(context, delivery);
  if (delivery.state !== states.pending) {
    countMove(context, delivery, { state: states.pending, at });
  }
  context.db.run(
    "INSERT INTO changes VALUES (?, ?, 'retry', ?)",
    nextPosition(context),
    delivery.position,
    at,
  );
}

/**
 * A dead letter has left the order already, unless it holds its key; what was held comes to it only
 * now.
 */
function placeOf(context: WriteContext, delivery: DeliveryRow): number {
  if (!isHeldRow(delivery)) return delivery.place;
  return placeFor(context, delivery.endpoint, delivery.order_key);
}

/** A dead letter takes no part any more, and a window that was asked for gathers no more. */
function closeStandOfRetried(context: WriteContext, { position, state }: DeliveryRow): void {
  if (state !== states.pending || isWindow(context, position)) closeStand(context, position);
}
