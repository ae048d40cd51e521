import { StoreOpenError } from '../store-open-error.ts';
import type { Database } from './database.ts';

/** What a connection is opened for. */
export type ConnectionRole = 'writer' | 'reader' | 'memory';

type Setting = readonly [name: string, value: string, readBack: string | number];

const kibOfCache = { writer: 32_768, reader: 8_192, memory: 32_768 } as const;

const full = 2;
const incremental = 2;
const zeroedFast = 2;

/**
 * Sets what durability rests on and reads every setting back; refuses to go on without it. SQLite
 * silently ignores a setting that it cannot make, so that asking is the only proof.
 */
export function applySettings(db: Database, role: ConnectionRole): void {
  // Works on an empty database alone, before the journal mode is chosen; later it only writes.
  if (role !== 'reader' && isEmpty(db)) db.exec(`PRAGMA auto_vacuum = ${incremental}`);
  for (const [name, value, expected] of settingsOf(role)) {
    db.exec(`PRAGMA ${name} = ${value}`);
    requireSetting(db, name, expected);
  }
  if (role !== 'memory') requireSetting(db, 'auto_vacuum', incremental);
}

function settingsOf(role: ConnectionRole): Setting[] {
  const durable: Setting[] = [
    ['journal_mode', 'WAL', 'wal'],
    ['synchronous', 'FULL', full],
    ['fullfsync', 'ON', 1],
    ['checkpoint_fullfsync', 'ON', 1],
    ['wal_autocheckpoint', '0', 0],
  ];
  const shared: Setting[] = [
    ['foreign_keys', 'ON', 1],
    ['cache_size', String(-kibOfCache[role]), -kibOfCache[role]],
    ['mmap_size', '0', 0],
    ['temp_store', 'MEMORY', 2],
    ['trusted_schema', 'OFF', 0],
    // Freed room in pages that are written anyway is zeroed: erasing must find no older copies.
    ['secure_delete', 'FAST', zeroedFast],
  ];
  if (role === 'memory') return shared.filter(([name]) => name !== 'mmap_size');
  const reading: Setting[] = role === 'reader' ? [['query_only', 'ON', 1]] : [];
  return [...durable, ...shared, ...reading];
}

function isEmpty(db: Database): boolean {
  return db.get<{ page_count: number }>('PRAGMA page_count')?.page_count === 0;
}

function requireSetting(db: Database, name: string, expected: string | number): void {
  const row = db.get<Record<string, unknown>>(`PRAGMA ${name}`);
  const found = row === null ? undefined : Object.values(row)[0];
  if (found === expected) return;
  const says = `SQLite keeps ${name} at ${String(found)} where ${expected} is needed`;
  throw new StoreOpenError('unsettable', says);
}
