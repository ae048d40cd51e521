import type { Chain } from '../../core/chain/chain.ts';
import type { DeliveryCounts, EventSummary } from '../../store/finder.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';

/** How a chain stands. */
export function chainView(correlationId: string, chain: Chain) {
  const { heldAt, heldEventId, allowedHops, releasedAt, busyAt } = chain;
  return {
    correlationId,
    held: heldAt !== null,
    heldAt: instantTextOrNull(heldAt),
    heldEventId,
    allowedHops,
    releasedAt: instantTextOrNull(releasedAt),
    busyAt: instantTextOrNull(busyAt),
  };
}

const none = { pending: 0, delivered: 0, dead: 0, superseded: 0, cancelled: 0 };

/** An event as a part of its chain. */
export function chainEventView(
  { id, type, hops, causationId, acceptedAt, source, key }: EventSummary,
  { chain, found }: { chain: Chain; found: DeliveryCounts | undefined },
) {
  const counts = found?.counts ?? {};
  // Of what is held there is at most the delivery of its callback, which is kept as cancelled.
  const isSent = Object.keys(counts).some((state) => state !== 'cancelled');
  const held = hops > chain.allowedHops && !isSent;
  return {
    ...{ id, type, hops, causationId, source, key, held },
    createdAt: instantText(acceptedAt),
    deliveries: { ...none, ...counts, isLowerBound: found?.isCut ?? false },
  };
}
