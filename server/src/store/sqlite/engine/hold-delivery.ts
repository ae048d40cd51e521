import type { WriteContext } from './context.ts';
import { countMove } from './count-move.ts';
import { heldReason, places, states } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';

/** Keeps the delivery that was made last from going until its event's chain is released. */
export function holdNewest(
  context: WriteContext,
  of: Pick<DeliveryRow, 'tenant' | 'endpoint'>,
  at: number,
): void {
  context.db.run(
    `UPDATE deliveries SET state = ${states.cancelled}, place = ${places.outside}, ended_at = ?,
      ended_by = '${heldReason}' WHERE position = ?`,
    at,
    context.counters.position,
  );
  const made = { ...of, state: states.pending, ended_at: null };
  countMove(context, made, { state: states.cancelled, at });
}
