import type { Database } from './database.ts';

/** What a checkpoint found: pages in the log, and how many of them are in the database by now. */
export type Checkpointed = {
  readonly isBusy: boolean;
  readonly log: number;
  readonly moved: number;
};

/**
 * Moves pages from the log into the database. PASSIVE never makes anybody wait; TRUNCATE also
 * empties the log, for which it waits shortly until nobody reads it.
 */
export function checkpoint(db: Database, mode: 'PASSIVE' | 'TRUNCATE'): Checkpointed {
  const row = db.get<{ busy: number; log: number; checkpointed: number }>(
    `PRAGMA wal_checkpoint(${mode})`,
  );
  return {
    isBusy: row?.busy !== 0,
    log: Math.max(0, row?.log ?? 0),
    moved: Math.max(0, row?.checkpointed ?? 0),
  };
}
