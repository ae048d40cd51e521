import type { StoredEvent } from '../../../core/event.ts';
import type { Position, TenantId } from '../../../core/ids.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { isErased } from './erased-at.ts';
import { eventColumns, toStoredEvent } from './event-row.ts';
import type { EventRow } from './event-row.ts';

/** The events at these positions with their payloads; missing ones are left out. */
export function readEvents(
  context: ReadContext,
  query: { tenantId: TenantId; positions: readonly Position[] },
): StoredEvent[] {
  const tenant = tenantKey(context, query.tenantId);
  const found: StoredEvent[] = [];
  for (const position of query.positions) {
    const row = context.db.get<EventRow & { data: Uint8Array }>(
      `SELECT ${eventColumns}, data FROM events WHERE position = ? AND tenant = ?`,
      position,
      tenant,
    );
    if (row !== null && !isErased(context, row)) found.push(toStoredEvent(row, context.names));
  }
  return found;
}
