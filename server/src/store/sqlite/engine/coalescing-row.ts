import type { MergedVersions } from '../../../core/delivery.ts';
import type { Instant } from '../../../core/instant.ts';
import { limits } from '../../../core/limits.ts';
import type { ReadContext, WriteContext } from './context.ts';
import { states } from './delivery-row.ts';
import type { StoredId } from './id-blob.ts';

/** How a delivery stands for others, as it is inserted. */
export type Stand = {
  readonly group: string;
  /** Null for a window. */
  readonly part: string | null;
  /** Whether a later one may come to stand for it. */
  readonly isOpen: boolean;
  readonly dueAt: Instant;
  readonly merged: MergedVersions | null;
  readonly windowEnd: Instant | null;
  /** The position of the first event whose note its body is made of; null when of none. */
  readonly needsFrom: number | null;
  readonly supersededCount: number;
};

/** A delivery that may be superseded, unless it has ended by now. */
export type OpenStand = {
  readonly position: number;
  readonly id: StoredId;
  readonly tenant: number;
  readonly endpoint: number;
  readonly event: number;
  readonly state: number;
  readonly place: number;
  readonly order_key: string | null;
  readonly attemptCount: number;
  readonly dueAt: number;
  readonly mergedFrom: number | null;
  readonly windowEnd: Instant | null;
  readonly needsFrom: number | null;
  readonly supersededCount: number;
};

type Group = { readonly endpoint: number; readonly group: string };

const selectOpen = `SELECT d.position AS position, d.id AS id, d.tenant AS tenant,
  d.endpoint AS endpoint, d.event AS event, d.state AS state, d.place AS place,
  d.order_key AS order_key, d.attempt_count AS attemptCount, d.due_at AS dueAt,
  c.merged_from AS mergedFrom, c.window_end AS windowEnd, c.needs_from AS needsFrom,
  c.superseded_count AS supersededCount
  FROM coalescing c CROSS JOIN deliveries d ON d.position = c.delivery
  WHERE c.is_open = 1 AND c.endpoint = ? AND c.grp = ?`;
const oldestFirst = `ORDER BY c.delivery LIMIT ${limits.supersededAtOnce}`;

/** What is open of one part of a group, oldest first. */
export function findOpenOfPart(
  { db }: ReadContext,
  { endpoint, group, part }: Group & { readonly part: string },
): OpenStand[] {
  return db.all(`${selectOpen} AND c.part = ? ${oldestFirst}`, endpoint, group, part);
}

/** What is open of all parts of a group, oldest first. */
export function findOpenOfParts({ db }: ReadContext, { endpoint, group }: Group): OpenStand[] {
  return db.all(`${selectOpen} AND c.part IS NOT NULL ${oldestFirst}`, endpoint, group);
}

/** Windows that were open when last looked at, oldest first. */
export function findOpenWindows({ db }: ReadContext, { endpoint, group }: Group): OpenStand[] {
  return db.all(`${selectOpen} AND c.part IS NULL ${oldestFirst}`, endpoint, group);
}

/** Whether a delivery gathers, or gathered, changes. */
export function isWindow({ db }: ReadContext, position: number): boolean {
  return db.get('SELECT 1 FROM coalescing WHERE delivery = ? AND part IS NULL', position) !== null;
}

/** Keeps how a delivery stands; one that may not be superseded and stands for none needs no row. */
export function keepStand(
  { db }: WriteContext,
  { position, endpoint }: { readonly position: number; readonly endpoint: number },
  stand: Stand,
): void {
  db.run(
    'INSERT INTO coalescing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    position,
    endpoint,
    stand.group,
    stand.part,
    stand.isOpen ? 1 : 0,
    stand.merged?.from ?? null,
    stand.merged?.to ?? null,
    stand.windowEnd,
    stand.needsFrom,
    stand.supersededCount,
  );
}

/** Has a delivery that is made again tell of the same changes as the one it is made of. */
export function copyMerged(
  { db }: WriteContext,
  { of, to }: { readonly of: number; readonly to: number },
): void {
  db.run(
    `INSERT INTO coalescing
      SELECT ?, endpoint, grp, part, 0, merged_from, merged_to, NULL, needs_from, superseded_count
      FROM coalescing WHERE delivery = ? AND merged_from < merged_to`,
    to,
    of,
  );
}

/** Whether there is something to be kept of how a delivery stands. */
export function isKeptOf({ isOpen, merged, supersededCount }: Stand): boolean {
  return isOpen || merged !== null || supersededCount > 0;
}

/** Lets nothing supersede a delivery any more, and has it gather nothing. */
export function closeStand({ db }: WriteContext, position: number): void {
  db.run('UPDATE coalescing SET is_open = 0 WHERE delivery = ?', position);
}

/**
 * The position of the first event whose note some delivery may still be made of; null when none
 * is. What was delivered or given up needs none; a dead letter may be retried.
 */
export function oldestNeeded({ db }: WriteContext): number | null {
  for (let steps = 0; ; steps += 1) {
    const first = db.get<{ delivery: number; needsFrom: number; state: number | null }>(
      `SELECT c.delivery AS delivery, c.needs_from AS needsFrom,
        (SELECT state FROM deliveries d WHERE d.position = c.delivery) AS state
        FROM coalescing c WHERE c.needs_from IS NOT NULL ORDER BY c.needs_from LIMIT 1`,
    );
    if (first === null) return null;
    const { delivery, needsFrom, state } = first;
    const isOwed = state === states.pending || state === states.dead;
    if (isOwed || steps >= limits.pruneRows) return needsFrom;
    db.run('UPDATE coalescing SET needs_from = NULL WHERE delivery = ?', delivery);
  }
}
