import type { ReadContext } from './context.ts';
import { Database } from './database.ts';
import { Names } from './names.ts';
import type { Sealer } from './sealer.ts';
import { applySettings } from './settings.ts';

const busyMs = 1_000;

/** Opens a database that a writer of this process has opened before, for reading. */
export function openReader(path: string, sealer: Sealer): ReadContext {
  const db = new Database(path, { busyMs });
  try {
    applySettings(db, 'reader');
    return { db, names: new Names(db), sealer };
  } catch (cause) {
    db.close();
    throw cause;
  }
}
