import { Buffer } from 'node:buffer';
import type { MergedVersions } from '../delivery.ts';
import type { Event } from '../event.ts';
import { instant } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import type { ClaimLinks } from './claim-links.ts';

const second = 1_000;

/**
 * An event with a link in the place of its data. The link is good for `limits.claimMs` from when
 * its delivery fell due, so that each attempt has the same bytes, and who is retried after death
 * has a fresh one.
 */
export function claimedEvent<Told extends Event>(
  links: ClaimLinks,
  event: Told,
  delivery: {
    readonly firstDueAt: Instant;
    /** The versions of an entity that its data tells of as one; null for its own alone. */
    readonly versions: MergedVersions | null;
    /** Of its data, in hexadecimal. */
    readonly sha256: string;
  },
): Told {
  const { firstDueAt, versions, sha256 } = delivery;
  const expiresAt = instant(Math.ceil((firstDueAt + limits.claimMs) / second) * second);
  const { tenantId, id: eventId } = event;
  const claim = {
    url: links.urlOf({ tenantId, eventId, versions, expiresAt }),
    bytes: event.data.length,
    sha256,
    expiresAt: new Date(expiresAt).toISOString(),
  };
  const data = Buffer.from(JSON.stringify({ claim }));
  return { ...event, data, contentType: 'application/json' };
}
