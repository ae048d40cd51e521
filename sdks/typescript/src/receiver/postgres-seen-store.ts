import type { SeenStore } from './seen-store.ts';

/** `(text, values) => pool.query(text, values)` of `pg`, or the same of another client. */
export type PostgresQuery = (
  text: string,
  values: readonly (string | number)[],
) => Promise<{ readonly rows: readonly object[] }>;

/** The table that `postgresSeenStore` asks for; run it once. */
export const postgresSeenTable = `
CREATE TABLE IF NOT EXISTS posthorn_seen (
  key text PRIMARY KEY,
  value text NOT NULL,
  ends_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS posthorn_seen_ends_at ON posthorn_seen (ends_at);
`;

const endsAt = `now() + $3 * interval '1 millisecond'`;
const insert = `INSERT INTO posthorn_seen (key, value, ends_at) VALUES ($1, $2, ${endsAt})
ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at`;

const statements = {
  setIfAbsent: `${insert} WHERE posthorn_seen.ends_at <= now() RETURNING key`,
  get: `SELECT value FROM posthorn_seen WHERE key = $1 AND ends_at > now()`,
  set: insert,
  delete: `DELETE FROM posthorn_seen WHERE key = $1`,
} as const;

/**
 * Remembers in PostgreSQL, by the database's clock. Rows whose time is over count as gone; remove
 * them now and then by `DELETE FROM posthorn_seen WHERE ends_at < now()`.
 */
export function postgresSeenStore(query: PostgresQuery): SeenStore {
  return {
    setIfAbsent: async (key, value, ttlMs) =>
      (await query(statements.setIfAbsent, [key, value, ttlMs])).rows.length > 0,
    get: async (key) => valueOf((await query(statements.get, [key])).rows[0]),
    set: async (key, value, ttlMs) => void (await query(statements.set, [key, value, ttlMs])),
    delete: async (key) => void (await query(statements.delete, [key])),
  };
}

function valueOf(row: object | undefined): string | null {
  return row !== undefined && 'value' in row && typeof row.value === 'string' ? row.value : null;
}
