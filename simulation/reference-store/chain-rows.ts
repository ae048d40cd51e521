import type { DeliveryState } from '../../server/src/core/delivery.ts';
import type { StoredEvent } from '../../server/src/core/event.ts';
import type { TenantId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import type { DeliveryCounts, Finder } from '../../server/src/store/finder.ts';
import { rowKey } from './image.ts';
import type { Image } from './image.ts';

type Asked<Name extends 'chainHeld' | 'chainVolume' | 'deliveryCounts'> = Parameters<
  Finder[Name]
>[0];

/** Events of a chain past a number of hops. */
export function chainHeld(
  image: Image,
  { hopsOver, limit, ...chain }: Asked<'chainHeld'>,
): { count: number; maxHops: number | null } {
  const hops = eventsOf(image, chain)
    .map((event) => event.hops)
    .filter((each) => each > hopsOver)
    .slice(0, limit);
  return { count: hops.length, maxHops: hops.length === 0 ? null : Math.max(...hops) };
}

/** How much came of a chain lately. */
export function chainVolume(
  image: Image,
  { except, since, limit, ...chain }: Asked<'chainVolume'>,
): number {
  const counted = eventsOf(image, chain)
    .slice(-limits.chainScanRows)
    .filter(({ type, acceptedAt }) => type !== except && acceptedAt >= since);
  return Math.min(limit, counted.length);
}

/** The first event of a chain is its own, and no link of it. */
function eventsOf(
  image: Image,
  { tenantId, correlationId }: { tenantId: TenantId; correlationId: string },
): StoredEvent[] {
  return [...image.events.rows]
    .map(({ event }) => event)
    .filter((event) => event.tenantId === tenantId && event.correlationId === correlationId)
    .filter(({ id }) => id !== correlationId);
}

/** Deliveries of events, by state. */
export function deliveryCounts(
  image: Image,
  { tenantId, eventIds, limit }: Asked<'deliveryCounts'>,
): DeliveryCounts[] {
  return eventIds.flatMap((eventId) => {
    const row = image.events.get(rowKey(tenantId, eventId));
    if (row === undefined) return [];
    const found = image.deliveries.ofEvent(row.position);
    const counts: Partial<Record<DeliveryState['is'], number>> = {};
    for (const { now } of found.slice(0, limit)) {
      const { is } = now.delivery.state;
      counts[is] = (counts[is] ?? 0) + 1;
    }
    return [{ eventId, counts, isCut: found.length > limit }];
  });
}
