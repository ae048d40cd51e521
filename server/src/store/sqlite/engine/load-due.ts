import type { PendingDelivery } from '../../../core/delivery.ts';
import type { DueQuery } from '../../queue.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { places, selectDeliveries, states, toPendingDelivery } from './delivery-row.ts';
import type { JoinedDeliveryRow } from './delivery-row.ts';

/** The first due heads of one endpoint, by due time then position. */
export function loadDue(context: ReadContext, query: DueQuery): PendingDelivery[] {
  const tenant = tenantKey(context, query.tenantId);
  if (tenant === null) return [];
  const endpoint = context.names.find('endpoint', tenant, query.endpointId);
  if (endpoint === null) return [];
  const rows = context.db.all<JoinedDeliveryRow>(
    `${selectDeliveries} WHERE d.endpoint = ? AND d.due_at < ? AND d.state = ${states.pending}
      AND d.place <> ${places.follower} ORDER BY d.due_at, d.position LIMIT ?`,
    endpoint,
    query.dueBefore,
    query.limit,
  );
  return rows.map((row) => toPendingDelivery(row, context));
}
