import type { PendingDelivery } from '../../../core/delivery.ts';
import type { ReadContext } from './context.ts';
import { places, selectDeliveries, states, toPendingDelivery } from './delivery-row.ts';
import type { DeliveryRow, JoinedDeliveryRow } from './delivery-row.ts';

/** Whether some delivery stands first for this key: pending, or dead and holding it. */
export function isKeyTaken({ db }: ReadContext, endpoint: number, orderKey: string): boolean {
  const row = db.get(
    `SELECT 1 FROM deliveries WHERE endpoint = ? AND order_key = ?
      AND place > 0 AND place IN (${places.head}, ${places.holder}) LIMIT 1`,
    endpoint,
    orderKey,
  );
  return row !== null;
}

/** Where a delivery stands that now comes to its key. */
export function placeFor(context: ReadContext, endpoint: number, orderKey: string | null): number {
  if (orderKey === null) return places.outside;
  return isKeyTaken(context, endpoint, orderKey) ? places.follower : places.head;
}

/** Whether a delivery leaving its place frees the key for the next one. */
export function frees({ place }: Pick<DeliveryRow, 'place'>): boolean {
  return place === places.head || place === places.holder;
}

/** Lets the next delivery of a freed key go; the one that left must no longer stand there. */
export function promoteNext(
  context: ReadContext,
  { endpoint, order_key: orderKey }: Pick<DeliveryRow, 'endpoint' | 'order_key'>,
): PendingDelivery | null {
  if (orderKey === null) return null;
  const { db } = context;
  const next = db.get<{ position: number }>(
    `SELECT position FROM deliveries WHERE endpoint = ? AND order_key = ?
      AND place > 0 AND place = ${places.follower} ORDER BY position LIMIT 1`,
    endpoint,
    orderKey,
  );
  if (next === null) return null;
  db.run(`UPDATE deliveries SET place = ${places.head} WHERE position = ?`, next.position);
  const row = db.get<JoinedDeliveryRow>(`${selectDeliveries} WHERE d.position = ?`, next.position);
  return row === null ? null : toPendingDelivery(row, context);
}

/** The delivery that now stands first for a key, if it is pending. */
export function pendingHead(
  context: ReadContext,
  { endpoint, order_key: orderKey }: Pick<DeliveryRow, 'endpoint' | 'order_key'>,
): PendingDelivery | null {
  if (orderKey === null) return null;
  const row = context.db.get<JoinedDeliveryRow>(
    `${selectDeliveries} WHERE d.endpoint = ? AND d.order_key = ? AND d.place > 0
      AND d.place IN (${places.head}, ${places.holder}) AND d.state = ${states.pending} LIMIT 1`,
    endpoint,
    orderKey,
  );
  return row === null ? null : toPendingDelivery(row, context);
}
