import type { Migration } from './migration.ts';

/** What receivers have reported of deliveries that they accepted, with their words. */
export const reports: Migration = {
  version: 12,
  sql: `
    CREATE TABLE reports (
      position INTEGER PRIMARY KEY,
      delivery INTEGER NOT NULL,
      kind TEXT NOT NULL,
      number INTEGER NOT NULL,
      at INTEGER NOT NULL,
      note TEXT
    ) STRICT;
    CREATE INDEX reports_by_delivery ON reports (delivery);
  `,
};
