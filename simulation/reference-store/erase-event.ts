import type { EraseAnswer, EraseRequest } from '../../server/src/store/queue.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { eraseGuarded } from './guarded-ends.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';
import { moveDelivery } from './place-delivery.ts';

const noBytes = new Uint8Array();

/** One step of erasing an event, its attempts' bodies and its callback's target. */
export function eraseEvent(image: Image, request: EraseRequest): EraseAnswer {
  const { tenantId, eventId, at, limit } = request;
  const key = rowKey(tenantId, eventId);
  const row = image.events.get(key);
  if (row === undefined) return { is: 'unknown' };
  const erasedAt = row.event.dataErasedAt ?? at;
  const event = { ...row.event, data: noBytes, dataErasedAt: erasedAt };
  image.events.remove(key, row);
  image.events.insert(key, { ...row, event });
  const deliveries = image.deliveries.ofEvent(row.position);
  const waiting = deliveries.filter(({ now }) => now.delivery.state.is === 'pending');
  const ended = waiting.slice(0, limit).map((each) => end(image, each, request));
  const bodiesLeft = eraseBodies(image, row, limit);
  for (const each of deliveries) forgetCallback(image, each);
  eraseNotes(image, deliveries);
  eraseGuarded(image, row.position);
  return { is: 'erased', erasedAt, ended, isDone: waiting.length <= limit && !bodiesLeft };
}

function end(image: Image, row: DeliveryRow, { tenantId, at }: EraseRequest) {
  const { id: deliveryId, endpointId } = row.now.delivery;
  const state = { is: 'cancelled', at, reason: 'data_erased' } as const;
  const delivery = { ...row.now.delivery, state };
  moveDelivery(image.deliveries, row, { delivery, place: 'free' });
  const position = image.nextPosition();
  const item = { kind: 'changed', position, tenantId, endpointId, deliveryId } as const;
  image.changes.insert(String(position), { ...item, to: 'cancel' });
  return { deliveryId, endpointId };
}

function eraseBodies(image: Image, { event }: EventRow, limit: number): boolean {
  const kept = [...image.attempts.rows].filter(
    ({ attempt }) =>
      attempt.tenantId === event.tenantId &&
      attempt.eventId === event.id &&
      (attempt.answer?.body.byteLength ?? 0) > 0,
  );
  for (const row of kept.slice(0, limit)) {
    const { attempt } = row;
    const answer = attempt.answer && { ...attempt.answer, body: noBytes };
    const key = rowKey(attempt.tenantId, attempt.id);
    image.attempts.remove(key, row);
    image.attempts.insert(key, { ...row, attempt: { ...attempt, answer } });
  }
  return kept.length > limit;
}

function eraseNotes(image: Image, deliveries: readonly DeliveryRow[]): void {
  const positions = new Set(deliveries.map(({ now }) => now.delivery.position));
  const told = [...image.reports.rows].filter((each) => positions.has(each.deliveryPosition));
  for (const row of told) {
    const key = String(row.position);
    image.reports.remove(key, row);
    image.reports.insert(key, { ...row, note: null });
  }
}

function forgetCallback(image: Image, row: DeliveryRow): void {
  const { delivery, callback } = row.now;
  if (callback === null || delivery.state.is === 'pending') return;
  const { callbackUrl: _url, ...rest } = delivery;
  image.deliveries.update(row, { ...row.now, delivery: rest, callback: null });
}
