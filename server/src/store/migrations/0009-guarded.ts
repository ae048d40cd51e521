import type { Migration } from './migration.ts';

/**
 * What guarded rows are listed by, their history and their content. `position` is of the event
 * that made a row, `last_position` of the one that it changed with last, `removed_position` of the
 * newest one of its history that retention has removed; `removed_positions` tells the same of all
 * events of a tenant, and of all tenants under 0.
 */
export const guarded: Migration = {
  version: 9,
  sql: `
    ALTER TABLE guarded ADD COLUMN grp TEXT;
    ALTER TABLE guarded ADD COLUMN state TEXT;
    ALTER TABLE guarded ADD COLUMN wake_at INTEGER;
    ALTER TABLE guarded ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE guarded ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE guarded ADD COLUMN last_position INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE guarded ADD COLUMN removed_position INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX guarded_by_kind ON guarded (kind, position);
    CREATE INDEX guarded_by_tenant ON guarded (tenant, kind, position);
    CREATE INDEX guarded_by_group ON guarded (tenant, kind, grp, position)
      WHERE grp IS NOT NULL;
    CREATE INDEX guarded_by_state ON guarded (tenant, kind, state, position)
      WHERE state IS NOT NULL;
    CREATE INDEX guarded_due ON guarded (kind, wake_at, position) WHERE wake_at IS NOT NULL;
    CREATE INDEX guarded_that_end ON guarded (last_position) WHERE kind IN ('task', 'chain');

    CREATE TABLE guarded_history (
      tenant INTEGER NOT NULL,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      version INTEGER NOT NULL,
      position INTEGER NOT NULL,
      note BLOB,
      PRIMARY KEY (tenant, kind, id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX guarded_history_by_position ON guarded_history (position);

    CREATE TABLE guarded_contents (
      key INTEGER PRIMARY KEY,
      tenant INTEGER NOT NULL,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      version INTEGER NOT NULL,
      position INTEGER NOT NULL,
      content BLOB NOT NULL,
      UNIQUE (tenant, kind, id)
    ) STRICT;
    CREATE INDEX guarded_contents_by_position ON guarded_contents (position);

    CREATE TABLE removed_positions (
      tenant INTEGER PRIMARY KEY,
      position INTEGER NOT NULL
    ) STRICT;
  `,
};
