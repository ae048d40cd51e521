import type { Migration } from './migration.ts';

/**
 * The first schema. Integer keys inside; ids of ours are 16 bytes. `place` of a delivery says how
 * it stands in the order of its key: 0 outside, 1 head, 2 follower, 3 a dead head that holds its
 * key until it is delivered or cancelled.
 */
export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE names (
      key INTEGER PRIMARY KEY,
      kind INTEGER NOT NULL,
      owner INTEGER NOT NULL,
      text TEXT NOT NULL,
      UNIQUE (kind, text, owner)
    ) STRICT;

    CREATE TABLE events (
      position INTEGER PRIMARY KEY,
      id ANY NOT NULL,
      tenant INTEGER NOT NULL,
      type INTEGER NOT NULL,
      delivery_count INTEGER NOT NULL,
      accepted_at INTEGER NOT NULL,
      happened_at INTEGER NOT NULL,
      plan ANY NOT NULL,
      correlation ANY,
      causation ANY,
      hops INTEGER NOT NULL,
      source TEXT,
      key TEXT,
      entity_type TEXT,
      entity_id TEXT,
      content_type TEXT,
      ce_id TEXT,
      metadata TEXT,
      data BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_id ON events (id, tenant) WHERE typeof(id) = 'blob';
    CREATE INDEX events_by_tenant ON events (tenant);
    CREATE INDEX events_by_correlation ON events (correlation, tenant)
      WHERE correlation IS NOT NULL;

    CREATE TABLE caller_events (
      id TEXT NOT NULL,
      tenant INTEGER NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (id, tenant)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE deliveries (
      position INTEGER PRIMARY KEY,
      id ANY NOT NULL,
      tenant INTEGER NOT NULL,
      event INTEGER NOT NULL,
      endpoint INTEGER NOT NULL,
      subscription INTEGER,
      state INTEGER NOT NULL,
      place INTEGER NOT NULL,
      is_replay INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      first_due_at INTEGER NOT NULL,
      attempt_count INTEGER NOT NULL,
      budget_from INTEGER NOT NULL,
      failing_since INTEGER,
      ended_at INTEGER,
      ended_by ANY,
      order_key TEXT
    ) STRICT;
    CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id, tenant);
    CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint);
    CREATE INDEX deliveries_due ON deliveries (endpoint, due_at) WHERE state = 0 AND place <> 2;
    CREATE INDEX deliveries_in_order ON deliveries (endpoint, place, order_key) WHERE place > 0;
    CREATE INDEX deliveries_dead ON deliveries (tenant) WHERE state = 2;

    CREATE TABLE attempts (
      position INTEGER PRIMARY KEY,
      id ANY NOT NULL,
      tenant INTEGER NOT NULL,
      delivery INTEGER NOT NULL,
      event INTEGER NOT NULL,
      type INTEGER NOT NULL,
      endpoint INTEGER NOT NULL,
      number INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      latency_ms REAL NOT NULL,
      has_succeeded INTEGER NOT NULL,
      has_moved INTEGER NOT NULL,
      status_code INTEGER,
      error TEXT,
      detail TEXT NOT NULL,
      body BLOB
    ) STRICT;
    CREATE UNIQUE INDEX attempts_by_id ON attempts (id, tenant);
    CREATE INDEX attempts_by_delivery ON attempts (delivery);
    CREATE INDEX attempts_by_endpoint ON attempts (endpoint);
    CREATE INDEX attempts_by_tenant ON attempts (tenant);
    CREATE INDEX attempts_failed ON attempts (tenant) WHERE has_succeeded = 0;

    CREATE TABLE changes (
      position INTEGER PRIMARY KEY,
      delivery INTEGER NOT NULL,
      kind TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE guarded (
      tenant INTEGER NOT NULL,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      version INTEGER NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (tenant, kind, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE idempotency (
      tenant INTEGER NOT NULL,
      method TEXT NOT NULL,
      path TEXT NOT NULL,
      key TEXT NOT NULL,
      body_digest TEXT NOT NULL,
      status INTEGER NOT NULL,
      body BLOB NOT NULL,
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (tenant, method, path, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX idempotency_by_end ON idempotency (expires_at);

    CREATE TABLE resources (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      tenant TEXT,
      version INTEGER NOT NULL,
      catalogue_version INTEGER NOT NULL,
      change_index INTEGER NOT NULL,
      position INTEGER NOT NULL,
      is_removed INTEGER NOT NULL,
      open TEXT NOT NULL,
      sealed BLOB,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX resources_by_change ON resources (catalogue_version, change_index);

    CREATE TABLE endpoint_health (
      endpoint INTEGER PRIMARY KEY,
      tenant INTEGER NOT NULL,
      value TEXT NOT NULL
    ) STRICT;

    INSERT INTO meta (name, value)
      VALUES ('epoch', 0), ('position', 0), ('catalogue_version', 0);
  `,
};
