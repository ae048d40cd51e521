import type { Position, TenantId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Database } from './database.ts';
import type { Increments } from './increments.ts';
import type { Names } from './names.ts';
import type { Sealer } from './sealer.ts';

/** What every read needs. */
export type ReadContext = {
  readonly db: Database;
  readonly names: Names;
  readonly sealer: Sealer;
};

/** What the one writer counts in memory; put back when a transaction is undone. */
export type Counters = {
  /** The last position given. */
  position: number;
  pendingCount: number;
  catalogueVersion: number;
  /** How full the journal of counters is. */
  journalRows: number;
  journalBytes: number;
};

/** What every write needs. */
export type WriteContext = ReadContext & {
  /** The epoch of this start: records made under an older one are refused. */
  readonly epoch: number;
  readonly counters: Counters;
  /** What the running transaction adds to the stored counters. */
  readonly increments: Increments;
  /** The time of stored instants, for what a request does not say itself. */
  readonly now: () => Instant;
};

/** Gives the next position. */
export function nextPosition({ counters }: WriteContext): Position {
  counters.position += 1;
  return counters.position as Position;
}

/** The key of a tenant; null when nothing of it was ever stored. */
export function tenantKey({ names }: ReadContext, tenantId: TenantId): number | null {
  return names.find('tenant', 0, tenantId);
}
