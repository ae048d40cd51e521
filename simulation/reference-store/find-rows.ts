import type { Delivery } from '../../server/src/core/delivery.ts';
import type { DeliveryId, EventId, TenantId } from '../../server/src/core/ids.ts';
import type { StoredEvent } from '../../server/src/core/event.ts';
import type { StoredAttempt } from '../../server/src/core/attempt.ts';
import type { AttemptFilter } from '../../server/src/store/attempt-log.ts';
import type {
  Backlog,
  DeliveryFilter,
  EventFilter,
  EventSummary,
} from '../../server/src/store/finder.ts';
import type { Page, PageOf } from '../../server/src/store/page.ts';
import { firstDue } from './find-due.ts';
import { rowKey } from './image.ts';
import type { Image } from './image.ts';
import { listRows } from './list-rows.ts';

type ById<Id> = { readonly tenantId: TenantId | null; readonly id: Id };

/** One event; without a tenant the newest of that id. */
export function findEvent(image: Image, { tenantId, id }: ById<EventId>): StoredEvent | null {
  if (tenantId !== null) return image.events.get(rowKey(tenantId, id))?.event ?? null;
  return [...image.events.rows].findLast(({ event }) => event.id === id)?.event ?? null;
}

/** One delivery. */
export function findDelivery(image: Image, { tenantId, id }: ById<DeliveryId>): Delivery | null {
  if (tenantId !== null) return image.deliveries.get(tenantId, id)?.now.delivery ?? null;
  const rows = [...image.deliveries.rows];
  return rows.findLast(({ now }) => now.delivery.id === id)?.now.delivery ?? null;
}

/** One attempt. */
export function findAttempt(image: Image, { tenantId, id }: ById<string>): StoredAttempt | null {
  if (tenantId !== null) return image.attempts.get(rowKey(tenantId, id))?.attempt ?? null;
  return [...image.attempts.rows].findLast(({ attempt }) => attempt.id === id)?.attempt ?? null;
}

/** Events without their payloads. */
export function listEvents(image: Image, filter: EventFilter, page: Page): PageOf<EventSummary> {
  const { rows } = image.events;
  return listRows(
    {
      rows,
      positionOf: ({ position }) => position,
      madeAt: ({ event }) => event.acceptedAt,
      matches: ({ event }) =>
        fits(filter.tenantId ?? undefined, event.tenantId) &&
        fits(filter.type, event.type) &&
        fits(filter.correlationId, event.correlationId),
      show: ({ event: { data, ...rest } }) => ({ ...rest, dataBytes: data.byteLength }),
    },
    page,
  );
}

/** Deliveries as they stand. */
export function listDeliveries(image: Image, filter: DeliveryFilter, page: Page): PageOf<Delivery> {
  const { rows } = image.deliveries;
  return listRows(
    {
      rows,
      positionOf: ({ now }) => now.delivery.position,
      madeAt: ({ now }) => now.delivery.createdAt,
      matches: ({ now: { delivery } }) =>
        fits(filter.tenantId ?? undefined, delivery.tenantId) &&
        fits(filter.eventId, delivery.eventId) &&
        fits(filter.endpointId, delivery.endpointId) &&
        fits(filter.state, delivery.state.is),
      show: ({ now }) => now.delivery,
    },
    page,
  );
}

/** Attempts, the webhook log. */
export function listAttempts(
  image: Image,
  filter: AttemptFilter,
  page: Page,
): PageOf<StoredAttempt> {
  const { rows } = image.attempts;
  return listRows(
    {
      rows,
      positionOf: ({ position }) => position,
      madeAt: ({ attempt }) => attempt.startedAt,
      matches: ({ attempt }) =>
        fits(filter.tenantId ?? undefined, attempt.tenantId) &&
        fits(filter.deliveryId, attempt.deliveryId) &&
        fits(filter.eventId, attempt.eventId) &&
        fits(filter.endpointId, attempt.endpointId) &&
        fits(filter.eventType, attempt.eventType) &&
        fits(filter.status, attempt.status) &&
        fits(filter.statusCode, attempt.statusCode) &&
        fits(filter.error, attempt.error),
      show: ({ attempt }) => attempt,
    },
    page,
  );
}

/** How much is owed, and since when. */
export function countBacklog({ deliveries }: Image): Backlog {
  const dues = [...deliveries.endpoints].flatMap((rows) => firstDue(rows) ?? []);
  const [oldest] = dues.map(({ dueAt }) => dueAt).toSorted((a, b) => a - b);
  return { pendingCount: deliveries.pendingCount, oldestDueAt: oldest ?? null };
}

function fits<Value>(wanted: Value | undefined, found: Value): boolean {
  return wanted === undefined || wanted === found;
}
