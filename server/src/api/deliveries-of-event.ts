import type { Delivery } from '../core/delivery.ts';
import type { EventId, Position, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Finder } from '../store/finder.ts';
import type { PageOf } from '../store/page.ts';

/** As many pages as an event may have deliveries, and as many again for replays of it. */
const pagesMax = (2 * limits.deliveriesPerEvent) / limits.listMax;

/** The deliveries of one event, oldest first. */
export async function deliveriesOfEvent(
  finder: Pick<Finder, 'deliveries'>,
  filter: { readonly tenantId: TenantId; readonly eventId: EventId },
): Promise<Delivery[]> {
  const found: Delivery[] = [];
  let before: Position | null = null;
  for (let count = 0; count < pagesMax; count += 1) {
    const page: PageOf<Delivery> = await finder.deliveries(filter, {
      before,
      limit: limits.listMax,
    });
    found.push(...page.rows);
    before = page.next;
    if (before === null) break;
  }
  return found.toReversed();
}
