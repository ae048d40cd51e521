import type { Instant } from '../../server/src/core/instant.ts';
import type { PruneRequest } from '../../server/src/store/store.ts';
import { keepCounted } from './count-stats.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { isNoteNeeded, removeGuarded } from './guarded-ends.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';
import { moveDelivery } from './place-delivery.ts';

/** Removes at most `limit` old events and ended idempotency rows, oldest first. */
export function pruneEvents(image: Image, request: PruneRequest) {
  const { before, limit, countsBefore } = request;
  if (countsBefore !== undefined) image.countsBefore.set('all', countsBefore);
  const events = [...image.events.rows].filter((row) =>
    isOver(image, row, keptBefore(row, request)),
  );
  const now = Math.max(before, image.clock.now());
  const ended = image.idempotency.sorted().filter(([, row]) => row.expiresAt <= now);
  const removed = events.slice(0, limit);
  for (const row of removed) keepCounted(image, row);
  removeAttempts(image, removed);
  for (const row of removed) removeEvent(image, row);
  for (const [key, { job }] of image.replays.sorted()) {
    if (job.endedAt !== null && job.endedAt < before) image.replays.delete(key);
  }
  const room = Math.max(0, limit - events.length);
  for (const [key] of ended.slice(0, room)) image.idempotency.delete(key);
  const count = Math.min(events.length + ended.length, limit);
  return { count, isDone: events.length + ended.length <= limit };
}

function keptBefore({ event }: EventRow, { before, own }: PruneRequest): Instant {
  const ofType = own?.types.find(([type]) => type === event.type);
  const ofTenant = own?.tenants.find(([tenantId]) => tenantId === event.tenantId);
  return ofType?.[1] ?? ofTenant?.[1] ?? before;
}

function isOver(image: Image, { event, position }: EventRow, before: Instant): boolean {
  if (event.acceptedAt >= before || isNoteNeeded(image, position)) return false;
  return image.deliveries.ofEvent(position).every(({ now }) => {
    const { state } = now.delivery;
    return state.is !== 'pending' && !(state.is === 'dead' && state.at >= before);
  });
}

function removeAttempts(image: Image, removed: readonly EventRow[]): void {
  const ofThese = new Set(removed.map(({ event }) => rowKey(event.tenantId, event.id)));
  for (const row of [...image.attempts.rows]) {
    const { tenantId, eventId, id } = row.attempt;
    if (ofThese.has(rowKey(tenantId, eventId))) image.attempts.remove(rowKey(tenantId, id), row);
  }
}

function removeEvent(image: Image, row: EventRow): void {
  const { event, position } = row;
  for (const delivery of image.deliveries.ofEvent(position)) removeDelivery(image, delivery);
  image.events.remove(rowKey(event.tenantId, event.id), row);
  removeGuarded(image, row);
}

/** A dead letter that held its key must not hold it from beyond. */
function removeDelivery(image: Image, row: DeliveryRow): void {
  moveDelivery(image.deliveries, row, { delivery: row.now.delivery, place: 'free' });
  image.deliveries.remove(row);
}
