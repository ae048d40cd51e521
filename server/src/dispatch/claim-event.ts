import { hash } from 'node:crypto';
import type { ClaimLinks } from '../core/claim/claim-links.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import { instant } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';

/** The event of a delivery with a link in the place of its data, where that is wished for. */
export type ClaimEvent = (delivery: PendingDelivery, event: StoredEvent) => StoredEvent;

const second = 1_000;

/**
 * Puts links in the place of data that is over `limits.claimCheckBytes`, for subscriptions with
 * `claimCheck`. A link is good for `limits.claimMs` from when its delivery fell due, so that each
 * attempt has the same bytes, and who is retried after death has a fresh one.
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
    const expiresAt = expiryOf(delivery);
    const { tenantId, id: eventId } = event;
    const claim = {
      url: links.urlOf({ tenantId, eventId, versions: versionsOf(delivery), expiresAt }),
      bytes: event.data.length,
      sha256: digestOf(event),
      expiresAt: new Date(expiresAt).toISOString(),
    };
    const data = Buffer.from(JSON.stringify({ claim }));
    return { ...event, data, contentType: 'application/json' };
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

function expiryOf({ firstDueAt }: PendingDelivery): Instant {
  return instant(Math.ceil((firstDueAt + limits.claimMs) / second) * second);
}
