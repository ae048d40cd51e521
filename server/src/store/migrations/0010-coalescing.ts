import type { Migration } from './migration.ts';

/**
 * Deliveries that stand for others, or for which a later one may come to stand. Their `is_replay`
 * is 2, so that nobody looks here for the others. `part` is null for a window. One that is open may
 * be superseded; it is closed when its group is looked at and it can be so no more. `needs_from` is
 * the position of the first event whose note its body is made of, null when of none.
 */
export const coalescing: Migration = {
  version: 10,
  sql: `
    CREATE TABLE coalescing (
      delivery INTEGER PRIMARY KEY,
      endpoint INTEGER NOT NULL,
      grp TEXT NOT NULL,
      part TEXT,
      is_open INTEGER NOT NULL,
      merged_from INTEGER,
      merged_to INTEGER,
      window_end INTEGER,
      needs_from INTEGER,
      superseded_count INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX coalescing_open ON coalescing (endpoint, grp, part) WHERE is_open = 1;
    CREATE INDEX coalescing_needs ON coalescing (needs_from) WHERE needs_from IS NOT NULL;
  `,
};
