import { DatabaseSync } from 'node:sqlite';
import type { SeenStore } from '@posthorn/sdk';

const statements = {
  table: `CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, value TEXT, endsAt INTEGER)`,
  setIfAbsent: `INSERT INTO seen VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE
    SET value = ?2, endsAt = ?3 WHERE endsAt <= ?4`,
  get: `SELECT value FROM seen WHERE key = ?1 AND endsAt > ?2`,
  set: `INSERT OR REPLACE INTO seen VALUES (?1, ?2, ?3)`,
  delete: `DELETE FROM seen WHERE key = ?1`,
} as const;

/** What was seen, in a file that outlives the process: a store of one's own takes four calls. */
export function fileSeenStore(path: string): SeenStore {
  const database = new DatabaseSync(path);
  database.exec(statements.table);
  const prepare = (name: keyof typeof statements) => database.prepare(statements[name]);
  const [setIfAbsent, get, set, remove] = [
    ...[prepare('setIfAbsent'), prepare('get'), prepare('set'), prepare('delete')],
  ] as const;
  return {
    setIfAbsent: async (key, value, ttlMs) =>
      setIfAbsent.run(key, value, Date.now() + ttlMs, Date.now()).changes === 1,
    get: async (key) => (get.get(key, Date.now())?.['value'] as string | undefined) ?? null,
    set: async (key, value, ttlMs) => void set.run(key, value, Date.now() + ttlMs),
    delete: async (key) => void remove.run(key),
  };
}
