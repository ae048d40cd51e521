import type { Delivery } from '../../server/src/core/delivery.ts';
import type { DeliveryRow, Place } from './delivery-row.ts';
import type { DeliveryTable } from './delivery-table.ts';

/** Where a new delivery stands: behind what its key already has, or at the head. */
export function placeNew(table: DeliveryTable, delivery: Delivery): Place {
  const { orderKey, isReplay, tenantId, endpointId } = delivery;
  if (orderKey === null || isReplay) return 'free';
  const isTaken = table.of(tenantId, endpointId)?.firstOf(orderKey) !== undefined;
  return isTaken ? 'follower' : 'head';
}

/**
 * Moves a delivery to a new state and place. When a head leaves its place the next of its key by
 * position takes it; answers that one.
 */
export function moveDelivery(
  table: DeliveryTable,
  row: DeliveryRow,
  to: { readonly delivery: Delivery; readonly place: Place },
): DeliveryRow | null {
  const leaves = row.now.place === 'head' && to.place !== 'head';
  table.update(row, { ...row.now, ...to });
  const { orderKey, tenantId, endpointId } = to.delivery;
  if (!leaves || orderKey === null) return null;
  const next = table.of(tenantId, endpointId)?.firstOf(orderKey) ?? null;
  if (next !== null) table.update(next, { ...next.now, place: 'head' });
  table.update(row, { ...row.now, promotedId: next?.now.delivery.id ?? null });
  return next;
}
