import type { Migration } from './migration.ts';

/**
 * Deaths at positions of their own, failed attempts in position order, and what alerts keep.
 * How far alerts have read stands in `meta`.
 */
export const alerts: Migration = {
  version: 5,
  sql: `
    CREATE TABLE deaths (
      position INTEGER PRIMARY KEY,
      delivery INTEGER NOT NULL,
      reason TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;

    CREATE INDEX attempts_failed_in_order ON attempts (has_succeeded) WHERE has_succeeded = 0;

    CREATE TABLE alert_states (
      endpoint INTEGER PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;
  `,
};
