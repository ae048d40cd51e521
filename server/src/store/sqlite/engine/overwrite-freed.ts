import type { Database } from './database.ts';

/**
 * SQLite leaves what stood on pages that become free as it is; while `work` runs it is told to
 * overwrite them.
 */
export function overwriteFreed<Answer>(db: Database, work: () => Answer): Answer {
  db.exec('PRAGMA secure_delete = ON');
  try {
    return work();
  } finally {
    db.exec('PRAGMA secure_delete = FAST');
  }
}
