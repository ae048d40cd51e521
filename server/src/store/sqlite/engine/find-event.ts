import { packId } from './id-blob.ts';
import type { ReadContext } from './context.ts';
import { eventColumns } from './event-row.ts';
import type { EventRow } from './event-row.ts';

/** The row of an event by id; `tenant` null looks in all tenants. */
export function findEventRow(
  context: ReadContext,
  tenant: number | null,
  id: string,
): EventRow | null {
  const { db } = context;
  const packed = packId('event', id);
  if (typeof packed === 'string') return findCallersEvent(context, tenant, packed);
  const byId = `SELECT ${eventColumns} FROM events WHERE typeof(id) = 'blob' AND id = ?`;
  if (tenant === null) return db.get<EventRow>(`${byId} LIMIT 1`, packed);
  return db.get<EventRow>(`${byId} AND tenant = ?`, packed, tenant);
}

function findCallersEvent({ db }: ReadContext, tenant: number | null, id: string): EventRow | null {
  const byPosition =
    `SELECT ${eventColumns} FROM events WHERE position = ` +
    '(SELECT position FROM caller_events WHERE id = ?';
  if (tenant === null) return db.get<EventRow>(`${byPosition} LIMIT 1)`, id);
  return db.get<EventRow>(`${byPosition} AND tenant = ?)`, id, tenant);
}
