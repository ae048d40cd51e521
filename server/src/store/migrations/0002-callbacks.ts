import type { Migration } from './migration.ts';

/** Targets of deliveries that are a callback's, encrypted, by the delivery's position. */
export const callbacks: Migration = {
  version: 2,
  sql: `
    CREATE TABLE callbacks (
      delivery INTEGER PRIMARY KEY,
      target BLOB NOT NULL
    ) STRICT;
  `,
};
