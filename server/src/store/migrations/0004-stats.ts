import type { Migration } from './migration.ts';

/**
 * Counts by time. `subject` is the key of an endpoint's or tenant's name, 0 is everything; counts
 * are as `core/stats/counts-bytes.ts` writes them. The journal holds the increments of the latest
 * commits, one row each. Time stands first, so that what is written now lies together and what has
 * grown old goes from the front. Deliveries that are pending already are counted once, here.
 */
export const stats: Migration = {
  version: 4,
  sql: `
    CREATE TABLE stats (
      width INTEGER NOT NULL,
      start INTEGER NOT NULL,
      subject INTEGER NOT NULL,
      counts BLOB NOT NULL,
      PRIMARY KEY (width, start, subject)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE stats_journal (
      number INTEGER PRIMARY KEY,
      increments BLOB NOT NULL
    ) STRICT;

    CREATE TABLE backlogs (
      tenant INTEGER NOT NULL,
      subject INTEGER NOT NULL,
      pending INTEGER NOT NULL,
      PRIMARY KEY (tenant, subject)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO backlogs
      SELECT tenant, endpoint, count(*) FROM deliveries WHERE state = 0 GROUP BY tenant, endpoint;
    INSERT INTO backlogs SELECT tenant, tenant, sum(pending) FROM backlogs GROUP BY tenant;
    INSERT INTO backlogs
      SELECT 0, 0, count(*) FROM deliveries WHERE state = 0 HAVING count(*) > 0;
  `,
};
