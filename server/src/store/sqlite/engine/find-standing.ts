import type { DeliveryId, Position } from '../../../core/ids.ts';
import type { WriteContext } from './context.ts';
import type { DeliveryRow, StandingRow } from './delivery-row.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';

type Columns = [
  id: StoredId,
  tenant: number,
  event: number,
  endpoint: number,
  state: number,
  place: number,
  attemptCount: number,
  dueAt: number,
  endedAt: number | null,
  endedBy: DeliveryRow['ended_by'],
  orderKey: string | null,
];

/** How the delivery at a position stands; null when it is no longer there. */
export function findStanding(
  { db }: WriteContext,
  position: Position,
  deliveryId: DeliveryId,
): StandingRow | null {
  const columns = db.tuple<Columns>(
    `SELECT id, tenant, event, endpoint, state, place, attempt_count, due_at, ended_at, ended_by,
      order_key FROM deliveries WHERE position = ?`,
    position,
  );
  if (columns === null || unpackId('delivery', columns[0]) !== deliveryId) return null;
  const [, tenant, event, endpoint, state, place, attemptCount, ...rest] = columns;
  const [dueAt, endedAt, endedBy, orderKey] = rest;
  return {
    position,
    tenant,
    event,
    endpoint,
    state,
    place,
    attempt_count: attemptCount,
    due_at: dueAt,
    ended_at: endedAt,
    ended_by: endedBy,
    order_key: orderKey,
  };
}
