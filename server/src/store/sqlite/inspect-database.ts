import { DatabaseSync } from 'node:sqlite';
import { checkDatabaseFile } from './check-database-file.ts';
import { isDamage } from './sqlite-failure.ts';
import { StoreOpenError } from './store-open-error.ts';

/** What a database file says of itself. */
export type InspectedDatabase = {
  readonly schema: number;
  /** Tells master keys apart; null when it was never started. */
  readonly keyFingerprint: string | null;
  /** Rises with each start. */
  readonly epoch: number;
  /** What SQLite finds wrong with it; null for nothing, or when it was not asked. */
  readonly damage: string | null;
};

/**
 * Reads a database without writing to it, also while a server runs on it; throws
 * `StoreOpenError` when it is none.
 *
 * @param isChecked  whether SQLite goes through the whole file, which takes as long as reading it.
 */
export function inspectDatabase(path: string, isChecked: boolean): InspectedDatabase {
  checkDatabaseFile(path, true);
  try {
    using closing = new DisposableStack();
    const db = closing.adopt(new DatabaseSync(path, { readOnly: true }), (each) => each.close());
    return read(db, isChecked);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const code = isDamage(cause) ? 'damaged' : 'unwritable';
    throw new StoreOpenError(code, `${path} cannot be read: ${reason}`, { cause });
  }
}

function read(db: DatabaseSync, isChecked: boolean): InspectedDatabase {
  const schema = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (schema === 0) throw new Error('it holds no schema of Posthorn');
  const meta = db.prepare('SELECT value FROM meta WHERE name = ?');
  const fingerprint = meta.get('master_key')?.['value'];
  const found = isChecked ? db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] : 'ok';
  return {
    schema,
    keyFingerprint: typeof fingerprint === 'string' ? fingerprint : null,
    epoch: Number(meta.get('epoch')?.['value'] ?? 0),
    damage: found === 'ok' ? null : String(found),
  };
}
