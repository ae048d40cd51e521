import type { Answer, Asked, LaneVerbs, ReadVerbs } from '../verbs.ts';
import { readCatalogue, readHealth } from './catalogue-read.ts';
import { chainHeld, chainVolume } from './chain-reads.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { deliveryCounts } from './count-deliveries.ts';
import { dueEndpoints, oldestDueAt } from './due-endpoints.ts';
import { erasedAt } from './erased-at.ts';
import { eventColumns, toStoredEvent } from './event-row.ts';
import type { EventRow } from './event-row.ts';
import { findDelivery } from './find-delivery.ts';
import { findEventRow } from './find-event.ts';
import { eventsAfter } from './events-after.ts';
import { findGuarded } from './guarded.ts';
import { listGuarded } from './guarded-list.ts';
import { guardedContent, guardedDue, guardedHistory } from './guarded-reads.ts';
import { findReplay, hasRunningReplay, listReplays } from './find-replays.ts';
import { findIdempotency } from './idempotency.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listEventTypes } from './list-event-types.ts';
import { listEvents } from './list-events.ts';
import { loadDue } from './load-due.ts';
import { alertStanding, findSuccesses, readAlerts } from './read-alerts.ts';
import { readEvents } from './read-events.ts';
import { readStats } from './read-stats.ts';
import { findAttempt, searchAttempts } from './search-attempts.ts';
import { searchMissing } from './search-missing.ts';
import { searchReplays } from './search-replays.ts';
import { listReports } from './report.ts';
import { newestPosition, tail } from './tail.ts';

/** Verbs that write nothing. */
export type ReadingVerbs = LaneVerbs & ReadVerbs;

/** One function for each verb that reads. */
export type ReadTable = {
  readonly [Name in keyof ReadingVerbs]: (context: ReadContext, asked: Asked<Name>) => Answer<Name>;
};

/** Every verb that reads. */
export const reads: ReadTable = {
  loadDue,
  dueEndpoints,
  readEvents,
  tail,
  attempt: findAttempt,
  searchAttempts: (context, { filter, page }) => searchAttempts(context, filter, page),
  event: findEvent,
  delivery: findDelivery,
  listEvents: (context, { filter, page }) => listEvents(context, filter, page),
  eventTypes: listEventTypes,
  listDeliveries: (context, { filter, page }) => listDeliveries(context, filter, page),
  idempotency: findIdempotency,
  guarded: findGuarded,
  guardedList: (context, { filter, page }) => listGuarded(context, filter, page),
  guardedHistory,
  guardedContent,
  guardedDue,
  chainHeld,
  chainVolume,
  deliveryCounts,
  reports: listReports,
  eventsAfter,
  newestPosition: (context) => newestPosition(context),
  stats: readStats,
  oldestDueAt: (context) => oldestDueAt(context),
  readCatalogue,
  replay: findReplay,
  listReplays: (context, { filter, page }) => listReplays(context, filter, page),
  hasRunningReplay: (context) => hasRunningReplay(context),
  searchReplays,
  searchMissing,
  alertStanding: (context) => alertStanding(context),
  readAlerts,
  findSuccesses,
  health: (context) => readHealth(context),
};

/** Reads within one transaction, so that all parts of an answer are of one moment. */
export function read<Name extends keyof ReadingVerbs>(
  context: ReadContext,
  name: Name,
  asked: Asked<Name>,
): Answer<Name> {
  return context.db.view(() => reads[name](context, asked));
}

function findEvent(context: ReadContext, { tenantId, id }: Asked<'event'>): Answer<'event'> {
  const tenant = tenantId === null ? null : tenantKey(context, tenantId);
  if (tenantId !== null && tenant === null) return null;
  const found = findEventRow(context, tenant, id);
  if (found === null) return null;
  const row = context.db.get<EventRow & { data: Uint8Array }>(
    `SELECT ${eventColumns}, data FROM events WHERE position = ?`,
    found.position,
  );
  if (row === null) return null;
  const event = toStoredEvent(row, context.names);
  const dataErasedAt = row.data.length > 0 ? null : erasedAt(context, row.position);
  return dataErasedAt === null ? event : { ...event, dataErasedAt };
}
