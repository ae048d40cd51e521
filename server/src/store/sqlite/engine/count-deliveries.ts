import type { DeliveryState } from '../../../core/delivery.ts';
import type { EventId } from '../../../core/ids.ts';
import type { DeliveryCounts } from '../../finder.ts';
import type { Asked } from '../verbs.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { deliveriesOf } from './deliveries-of.ts';
import { states } from './delivery-row.ts';
import type { EventRow } from './event-row.ts';
import { findEventRow } from './find-event.ts';

const stateNames = Object.keys(states) as DeliveryState['is'][];

/** How many deliveries of each event stand in which state. */
export function deliveryCounts(
  context: ReadContext,
  { tenantId, eventIds, limit }: Asked<'deliveryCounts'>,
): DeliveryCounts[] {
  const tenant = tenantKey(context, tenantId);
  if (tenant === null) return [];
  return eventIds.flatMap((eventId) => {
    const event = findEventRow(context, tenant, eventId);
    return event === null ? [] : [countsOf(context, { eventId, event, limit })];
  });
}

function countsOf(
  { db }: ReadContext,
  { eventId, event, limit }: { eventId: EventId; event: EventRow; limit: number },
): DeliveryCounts {
  const { text, values } = deliveriesOf(event);
  const rows = db.all<{ state: number }>(
    `SELECT state FROM deliveries WHERE position IN (${text} LIMIT ?)`,
    ...values,
    limit + 1,
  );
  const counts: Partial<Record<DeliveryState['is'], number>> = {};
  for (const { state } of rows.slice(0, limit)) {
    const name = stateNames.find((each) => states[each] === state);
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return { eventId, counts, isCut: rows.length > limit };
}
