import type { StoredEvent } from '../../../core/event.ts';
import type { Position } from '../../../core/ids.ts';
import type { Answer, Asked } from '../verbs.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { isErased } from './erased-at.ts';
import { eventColumns, toStoredEvent } from './event-row.ts';
import type { EventRow } from './event-row.ts';
import { everyTenant, removedPosition } from './removed-positions.ts';
import { historyAfter, removedOfSubject } from './subject-history.ts';
import type { SubjectKey } from './subject-history.ts';
import { newestPosition } from './tail.ts';

type FullRow = EventRow & { data: Uint8Array };
type Query = Asked<'eventsAfter'>;

/** Events after a position, of everyone, of a tenant, or of one guarded row. */
export function eventsAfter(context: ReadContext, query: Query): Answer<'eventsAfter'> {
  const newest = newestPosition(context);
  const tenant = query.tenantId === null ? everyTenant : tenantKey(context, query.tenantId);
  if (tenant === null) return { events: [], position: newest, isTooOld: false };
  if (query.subject !== undefined) {
    return ofSubject(context, query, { tenant, ...query.subject }, newest);
  }
  const isTooOld = removedPosition(context, tenant) > query.after;
  return { ...collect(context, query, walk(context, tenant, query), newest), isTooOld };
}

function ofSubject(
  context: ReadContext,
  query: Query,
  subject: SubjectKey,
  newest: Position,
): Answer<'eventsAfter'> {
  const isTooOld = removedOfSubject(context, subject) > query.after;
  const rows = historyAfter(context, subject, query).map(({ position }) => ({
    position,
    row: readRow(context, position),
  }));
  return { ...collect(context, query, rows, newest), isTooOld };
}

type Looked = { readonly position: number; readonly row: FullRow | null };

/** Takes what is looked at until it is enough; what was erased or removed is passed over. */
function collect(
  context: ReadContext,
  { limit, bytes }: Query,
  looked: Iterable<Looked>,
  newest: Position,
): { events: StoredEvent[]; position: Position } {
  const events: StoredEvent[] = [];
  let count = 0;
  let size = 0;
  for (const { position, row } of looked) {
    count += 1;
    if (row !== null && !isErased(context, row)) {
      events.push(toStoredEvent(row, context.names));
      size += row.data.byteLength;
    }
    if (count >= limit || size >= bytes) return { events, position: position as Position };
  }
  return { events, position: newest };
}

/** Walks the index of a tenant's events, or the events themselves. */
function* walk({ db }: ReadContext, tenant: number, { after, limit }: Query): Iterable<Looked> {
  const from = tenant === everyTenant ? 'events' : 'events INDEXED BY events_by_tenant';
  const where = tenant === everyTenant ? '' : 'tenant = ? AND ';
  const values = tenant === everyTenant ? [after, limit] : [tenant, after, limit];
  const rows = db.each<FullRow>(
    `SELECT ${eventColumns}, data FROM ${from} WHERE ${where}position > ?
      ORDER BY position LIMIT ?`,
    ...values,
  );
  for (const row of rows) yield { position: row.position, row };
}

function readRow({ db }: ReadContext, position: number): FullRow | null {
  return db.get<FullRow>(`SELECT ${eventColumns}, data FROM events WHERE position = ?`, position);
}
