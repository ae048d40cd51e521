import type { Instant } from '../../../core/instant.ts';
import { StoreOpenError } from '../store-open-error.ts';
import { storedCatalogueVersion } from './catalogue-read.ts';
import type { WriteContext } from './context.ts';
import { Database } from './database.ts';
import { places, states } from './delivery-row.ts';
import { Increments } from './increments.ts';
import { migrate } from './migrate.ts';
import { Names } from './names.ts';
import type { Sealer } from './sealer.ts';
import { applySettings } from './settings.ts';
import { journalSize } from './stats-journal.ts';
import { newestPosition } from './tail.ts';

/** How long the writer waits for a reader that stands in the way of a checkpoint. */
const busyMs = 200;

/** Opens the database for the one writer: settings, schema, key, epoch, counters. */
export function openWriter(options: {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly sealer: Sealer;
  readonly now: () => Instant;
}): WriteContext {
  const db = new Database(options.path, { busyMs });
  try {
    applySettings(db, options.path === ':memory:' ? 'memory' : 'writer');
    migrate(db);
    requireKey(db, options.sealer);
    const epoch = raiseEpoch(db);
    const base = { db, names: new Names(db), sealer: options.sealer };
    const journal = journalSize(db);
    const counters = {
      position: Math.max(newestPosition(base), newestResource(db)),
      pendingCount: countPending(db),
      catalogueVersion: storedCatalogueVersion(base),
      journalRows: journal.rows,
      journalBytes: journal.bytes,
    };
    return { ...base, epoch, counters, increments: new Increments(), now: options.now };
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** The first start keeps the key's fingerprint; every later one must bring the same key. */
function requireKey(db: Database, sealer: Sealer): void {
  const kept = db.get<{ value: string }>(`SELECT value FROM meta WHERE name = 'master_key'`);
  if (kept === null) {
    db.run(`INSERT INTO meta VALUES ('master_key', ?)`, sealer.fingerprint);
  } else if (kept.value !== sealer.fingerprint) {
    const says = 'the master key is not the one that this database was made with';
    throw new StoreOpenError('wrong_key', says);
  }
}

function raiseEpoch(db: Database): number {
  db.run(`UPDATE meta SET value = value + 1 WHERE name = 'epoch'`);
  const row = db.get<{ value: number }>(`SELECT value FROM meta WHERE name = 'epoch'`);
  return row?.value ?? 0;
}

function newestResource(db: Database): number {
  const row = db.get<{ position: number | null }>(
    'SELECT max(position) AS position FROM resources',
  );
  return row?.position ?? 0;
}

/** Each part counts the entries of one partial index, so it costs what is pending, not history. */
function countPending(db: Database): number {
  const heads = db.get<{ count: number }>(
    `SELECT count(*) AS count FROM deliveries INDEXED BY deliveries_due
      WHERE state = ${states.pending} AND place <> ${places.follower}`,
  );
  const followers = db.get<{ count: number }>(
    `SELECT count(*) AS count FROM deliveries INDEXED BY deliveries_in_order
      WHERE place > 0 AND place = ${places.follower}`,
  );
  return (heads?.count ?? 0) + (followers?.count ?? 0);
}
