import type { DeliveryId, EndpointId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { EraseAnswer, EraseRequest } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { nextPosition, tenantKey } from './context.ts';
import { countMove } from './count-move.ts';
import { deliveriesOf } from './deliveries-of.ts';
import { places, states } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { eraseGuarded } from './erase-guarded.ts';
import { erasedAt } from './erased-at.ts';
import type { EventRow } from './event-row.ts';
import { findEventRow } from './find-event.ts';
import { unpackId } from './id-blob.ts';
import { frees, promoteNext } from './order.ts';
import { overwriteFreed } from './overwrite-freed.ts';

type Waiting = Pick<
  DeliveryRow,
  'position' | 'id' | 'tenant' | 'endpoint' | 'state' | 'ended_at' | 'order_key' | 'place'
>;

/**
 * One step of erasing an event. What the log still holds leaves it with the next checkpoint that
 * empties it.
 */
export function erase(context: WriteContext, request: EraseRequest): EraseAnswer {
  const tenant = tenantKey(context, request.tenantId);
  const event = tenant === null ? null : findEventRow(context, tenant, request.eventId);
  if (event === null) return { is: 'unknown' };
  return overwriteFreed(context.db, () => eraseEvent(context, event, request));
}

function eraseEvent(context: WriteContext, event: EventRow, request: EraseRequest): EraseAnswer {
  const { db } = context;
  const first = erasedAt(context, event.position);
  if (first === null) db.run('INSERT INTO erased_events VALUES (?, ?)', event.position, request.at);
  db.run(`UPDATE events SET data = x'' WHERE position = ? AND length(data) > 0`, event.position);
  const waiting = waitingOf(context, event, request.limit + 1);
  const ended = waiting.slice(0, request.limit).map((each) => end(context, each, request));
  const bodiesLeft = eraseBodies(context, event, request.limit);
  eraseCallbacks(context, event);
  eraseNotes(context, event);
  eraseGuarded(context, event.position);
  return {
    is: 'erased',
    erasedAt: first ?? request.at,
    ended,
    isDone: waiting.length <= request.limit && !bodiesLeft,
  };
}

function waitingOf({ db }: WriteContext, event: EventRow, limit: number): Waiting[] {
  const { text, values } = deliveriesOf(event);
  return db.all<Waiting>(
    `SELECT position, id, tenant, endpoint, state, ended_at, order_key, place FROM deliveries
      WHERE position IN (${text}) AND +state = ${states.pending} ORDER BY position LIMIT ?`,
    ...values,
    limit,
  );
}

function end(
  context: WriteContext,
  delivery: Waiting,
  { at }: { at: Instant },
): { deliveryId: DeliveryId; endpointId: EndpointId } {
  const { db, names } = context;
  db.run(
    `UPDATE deliveries SET state = ${states.cancelled}, place = ${places.outside}, ended_at = ?,
      ended_by = 'data_erased' WHERE position = ?`,
    at,
    delivery.position,
  );
  countMove(context, delivery, { state: states.cancelled, at });
  if (frees(delivery)) promoteNext(context, delivery);
  // Whoever owns the lane on another node learns of it as of any cancelled delivery.
  db.run(
    'INSERT INTO changes VALUES (?, ?, ?, ?)',
    nextPosition(context),
    delivery.position,
    'cancel',
    at,
  );
  return {
    deliveryId: unpackId('delivery', delivery.id) as DeliveryId,
    endpointId: names.text(delivery.endpoint) as EndpointId,
  };
}

/** Answers whether some are left. */
function eraseBodies({ db }: WriteContext, event: EventRow, limit: number): boolean {
  const { text, values } = deliveriesOf(event);
  const kept = db.all<{ position: number }>(
    `SELECT position FROM attempts INDEXED BY attempts_by_delivery
      WHERE delivery IN (${text}) AND body IS NOT NULL LIMIT ?`,
    ...values,
    limit + 1,
  );
  for (const { position } of kept.slice(0, limit)) {
    db.run('UPDATE attempts SET body = NULL WHERE position = ?', position);
  }
  return kept.length > limit;
}

/** What a receiver said may repeat what it was sent. */
function eraseNotes({ db }: WriteContext, event: EventRow): void {
  const { text, values } = deliveriesOf(event);
  db.run(
    `UPDATE reports SET note = NULL WHERE delivery IN (${text}) AND note IS NOT NULL`,
    ...values,
  );
}

/** A callback was chosen for this event, and is needed no more once its delivery has ended. */
function eraseCallbacks({ db }: WriteContext, event: EventRow): void {
  const { text, values } = deliveriesOf(event);
  db.run(
    `DELETE FROM callbacks WHERE delivery IN (${text}) AND delivery NOT IN
      (SELECT position FROM deliveries
        WHERE position IN (${text}) AND +state = ${states.pending})`,
    ...values,
    ...values,
  );
}
