import type { Event } from '../core/event.ts';
import type { EndpointId } from '../core/ids.ts';
import type { Match } from '../core/match-event.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Reach } from './new-event.ts';
import { takesDeliveries } from './wanted-by.ts';

/** Those that an event of Posthorn's own reaches: subscribers, and others by name. */
export function reachedBy(
  mirror: CatalogueMirror,
  event: Event,
  { matches, reach }: { matches: readonly Match[]; reach: Reach },
): { matches: Match[]; also: EndpointId[] } {
  const { never, isForSubscribers } = reach;
  const wanted = isForSubscribers ? matches.filter((match) => match.endpointId !== never) : [];
  const subscribers = new Set(wanted.map(({ endpointId }) => endpointId));
  const also = [...new Set(reach.also)].filter(
    (endpointId) =>
      endpointId !== never &&
      !subscribers.has(endpointId) &&
      takesDeliveries(mirror, event.tenantId, endpointId),
  );
  return { matches: wanted, also };
}
