import type { EventFilter, EventSummary } from '../../finder.ts';
import type { Page, PageOf } from '../../page.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { erasedAt } from './erased-at.ts';
import { eventColumns, toEventSummary } from './event-row.ts';
import type { EventRow } from './event-row.ts';
import { findEventRow } from './find-event.ts';
import { packId } from './id-blob.ts';
import { positionBounds } from './position-bounds.ts';
import { Conditions, scan } from './scan.ts';
import type { Scanned } from './scan.ts';

/** Events without payloads, newest first. */
export function listEvents(
  context: ReadContext,
  filter: EventFilter,
  page: Page,
): PageOf<EventSummary> {
  const conditions = conditionsOf(context, filter, page);
  if (conditions === null) return { rows: [], next: null };
  const { positions, next } = find(context, { conditions, filter, page });
  return { rows: positions.map((position) => read(context, position)), next };
}

/** Null when a name in the filter stands for nothing. */
function conditionsOf(
  context: ReadContext,
  { tenantId, type }: EventFilter,
  page: Page,
): Conditions | null {
  const { db, names } = context;
  const conditions = new Conditions();
  const tenant = tenantId === null ? null : tenantKey(context, tenantId);
  if (tenantId !== null && tenant === null) return null;
  if (tenant !== null) conditions.narrow('tenant = ?', tenant);
  const { above, below } = positionBounds(db, page);
  conditions.narrow('position > ? AND position < ?', above, below);
  const typeKey = type === undefined ? null : names.find('eventType', 0, type);
  if (type !== undefined && typeKey === null) return null;
  if (typeKey !== null) conditions.ask('type = ?', typeKey);
  if (page.from !== undefined) conditions.ask('accepted_at >= ?', page.from);
  if (page.until !== undefined) conditions.ask('accepted_at < ?', page.until);
  return conditions;
}

type Search = { conditions: Conditions; filter: EventFilter; page: Page };

function find(context: ReadContext, search: Search): Scanned {
  const { correlationId } = search.filter;
  if (correlationId === undefined) return findWhere(context, search, null);
  const chained = findWhere(context, search, correlationId);
  return withRoot(chained, rootOf(context, search, correlationId), search.page.limit);
}

function findWhere(
  { db }: ReadContext,
  { conditions, page }: Search,
  correlationId: string | null,
): Scanned {
  const chain = correlationId === null ? '' : ' AND correlation = ?';
  const sql =
    `SELECT position, ${conditions.fits} AS fits FROM events ` +
    `WHERE ${conditions.where}${chain} ORDER BY position DESC`;
  const added = correlationId === null ? [] : [packId('event', correlationId)];
  return scan(db, { sql, values: [...conditions.values, ...added], limit: page.limit });
}

/** The first event of a chain carries no correlation in its row: it is its own. */
function rootOf(
  context: ReadContext,
  { conditions, filter }: Search,
  correlationId: string,
): number | null {
  const tenant = filter.tenantId === null ? null : tenantKey(context, filter.tenantId);
  const root = findEventRow(context, tenant, correlationId);
  if (root === null || root.correlation !== null) return null;
  const row = context.db.get<{ fits: number }>(
    `SELECT ${conditions.fits} AS fits FROM events WHERE ${conditions.where} AND position = ?`,
    ...conditions.values,
    root.position,
  );
  return row?.fits === 1 ? root.position : null;
}

function withRoot(chained: Scanned, root: number | null, limit: number): Scanned {
  if (root === null || (chained.next !== null && root < chained.next)) return chained;
  const all = [...chained.positions, root].sort((a, b) => b - a);
  const positions = all.slice(0, limit);
  const isCut = all.length > limit;
  return { positions, next: isCut ? lastOf(positions) : chained.next };
}

function lastOf(positions: readonly number[]): Scanned['next'] {
  return (positions.at(-1) ?? null) as Scanned['next'];
}

function read(context: ReadContext, position: number): EventSummary {
  const row = context.db.get<EventRow & { data_bytes: number }>(
    `SELECT ${eventColumns}, length(data) AS data_bytes FROM events WHERE position = ?`,
    position,
  );
  if (row === null) throw new Error(`event ${position} left while it was read`);
  const summary = toEventSummary(row, context.names);
  const dataErasedAt = row.data_bytes > 0 ? null : erasedAt(context, position);
  return dataErasedAt === null ? summary : { ...summary, dataErasedAt };
}
