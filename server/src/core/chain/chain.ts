import type { EventId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { Json } from '../json.ts';
import { limits } from '../limits.ts';

/** What is kept of a chain once it was held or told to be busy; no row stands for a calm one. */
export type Chain = {
  /** An event with more hops than this is held. */
  readonly allowedHops: number;
  /** Since when its events are held; null while none is. */
  readonly heldAt: Instant | null;
  /** The event that was the first to be held, this time. */
  readonly heldEventId: EventId | null;
  readonly releasedAt: Instant | null;
  /** When it was last told that much comes of it. */
  readonly busyAt: Instant | null;
};

/** The chain of which nothing is kept. */
export const calmChain: Chain = {
  allowedHops: limits.hops,
  heldAt: null,
  heldEventId: null,
  releasedAt: null,
  busyAt: null,
};

/** The chain that the guarded row of its correlation id holds; nothing else writes such rows. */
export function chainOf(row: { readonly value: Json } | null): Chain {
  return row === null ? calmChain : (row.value as unknown as Chain);
}

/** The chain as its row holds it. */
export function chainValue(chain: Chain): Json {
  return { ...chain };
}

/** What becomes of a chain when an event of it goes too far; null when it is held by now. */
export function holdChain(
  chain: Chain,
  { id, hops }: { readonly id: EventId; readonly hops: number },
  now: Instant,
): Chain | null {
  if (hops <= chain.allowedHops || chain.heldAt !== null) return null;
  return { ...chain, heldAt: now, heldEventId: id };
}

/**
 * What becomes of a chain that somebody lets go on: everything held goes, and as many hops again
 * follow it. Null when nothing is held.
 *
 * @param maxHops  the most that any of its events has; null when none is past the limit.
 */
export function releaseChain(chain: Chain, maxHops: number | null, now: Instant): Chain | null {
  if (chain.heldAt === null) return null;
  const allowedHops = Math.max(chain.allowedHops, maxHops ?? 0) + limits.hops;
  return { ...chain, allowedHops, heldAt: null, heldEventId: null, releasedAt: now };
}

/** What becomes of a chain of which too much comes; null when that was told within the hour. */
export function markBusy(chain: Chain, now: Instant): Chain | null {
  const { busyAt } = chain;
  if (busyAt !== null && now - busyAt < limits.chainHourMs) return null;
  return { ...chain, busyAt: now };
}
