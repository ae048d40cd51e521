import { hash } from 'node:crypto';
import type { ClaimLinks } from '../core/claim/claim-links.ts';
import { claimedEvent } from '../core/claim/claimed-event.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';

/** The event of a delivery with a link in the place of its data, where that is wished for. */
export type ClaimEvent = (delivery: PendingDelivery, event: StoredEvent) => StoredEvent;

/**
 * Puts links in the place of data that is over `limits.claimCheckBytes`, for subscriptions with
 * `claimCheck`.
 */
export function claimEvents({
  mirror,
  links,
}: {
  readonly mirror: Pick<CatalogueMirror, 'get'>;
  readonly links: ClaimLinks;
}): ClaimEvent {
  /** Looking through a megabyte once is enough for all its deliveries. */
  const digests = new WeakMap<StoredEvent, string>();
  const digestOf = (event: StoredEvent): string => {
    const known = digests.get(event) ?? hash('sha256', event.data, 'hex');
    digests.set(event, known);
    return known;
  };
  return (delivery, event) => {
    if (event.data.length <= limits.claimCheckBytes || !isWished(mirror, delivery)) return event;
    const { firstDueAt } = delivery;
    const how = { firstDueAt, versions: versionsOf(delivery), sha256: digestOf(event) };
    return claimedEvent(links, event, how);
  };
}

function isWished(
  mirror: Pick<CatalogueMirror, 'get'>,
  { subscriptionId }: PendingDelivery,
): boolean {
  if (subscriptionId === null) return false;
  return mirror.get('subscription', null, subscriptionId)?.value.claimCheck === true;
}

function versionsOf({ merged }: PendingDelivery) {
  return merged !== undefined && merged.from < merged.to ? merged : null;
}
