import type { Migration } from './migration.ts';

/** Events whose data was erased, by position, and when that was first asked for. */
export const erasure: Migration = {
  version: 6,
  sql: `
    CREATE TABLE erased_events (
      event INTEGER PRIMARY KEY,
      at INTEGER NOT NULL
    ) STRICT;
  `,
};
