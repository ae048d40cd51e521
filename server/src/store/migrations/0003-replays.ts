import type { Migration } from './migration.ts';

/**
 * Replays as jobs, and the deliveries that they made. Those stand apart from their event's others,
 * which follow it by position; the two indexes find them, and cost nothing where there are none.
 */
export const replays: Migration = {
  version: 3,
  sql: `
    CREATE TABLE replays (
      position INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      tenant INTEGER NOT NULL,
      version INTEGER NOT NULL,
      state INTEGER NOT NULL,
      request TEXT NOT NULL,
      cursor INTEGER NOT NULL,
      upper INTEGER NOT NULL,
      examined INTEGER NOT NULL,
      made INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      error TEXT,
      claimed_by TEXT,
      claim_epoch INTEGER,
      claim_ends_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX replays_by_id ON replays (id, tenant);
    CREATE INDEX replays_by_tenant ON replays (tenant);
    CREATE INDEX replays_unended ON replays (state, tenant) WHERE state < 2;
    CREATE INDEX replays_by_end ON replays (ended_at) WHERE ended_at IS NOT NULL;

    CREATE TABLE replayed (
      delivery INTEGER PRIMARY KEY,
      replay TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX deliveries_replayed_by_event ON deliveries (event) WHERE is_replay = 1;
    CREATE INDEX deliveries_replayed_by_tenant ON deliveries (tenant) WHERE is_replay = 1;
  `,
};
