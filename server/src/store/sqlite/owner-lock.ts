import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDamage, primaryCode } from './sqlite-failure.ts';
import { StoreOpenError } from './store-open-error.ts';

/** Held for the life of the process that owns a data directory. */
export type OwnerLock = Disposable & {
  /** Whether a database was made here before. */
  readonly hasBeenMade: boolean;
  /** Notes for later starts that the database was made. */
  markMade(): void;
};

const busyCode = 5;

/**
 * Makes this process the owner of a data directory: an exclusive transaction on `owner.db` that
 * the kernel ends with the process, however that dies. Throws `in_use` when another one has it.
 */
export function lockOwner(dataDir: string): OwnerLock {
  const path = join(dataDir, 'owner.db');
  const db = openOwnerFile(path);
  try {
    begin(db, dataDir);
    const row = db.prepare('PRAGMA user_version').get();
    return {
      hasBeenMade: row?.['user_version'] === 1,
      markMade: () => mark(db, dataDir),
      [Symbol.dispose]: () => db.close(),
    };
  } catch (cause) {
    db.close();
    throw cause;
  }
}

function openOwnerFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw new StoreOpenError('unwritable', `${path} cannot be opened for writing`, { cause });
  }
}

function begin(db: DatabaseSync, dataDir: string): void {
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    if (primaryCode(cause) === busyCode) {
      const says = `another process is using the data directory ${dataDir}`;
      throw new StoreOpenError('in_use', says, { cause });
    }
    const code = isDamage(cause) ? 'damaged' : 'unwritable';
    throw new StoreOpenError(code, `owner.db in ${dataDir} cannot be locked`, { cause });
  }
}

/** What is held open is never written, so the mark needs a short transaction of its own. */
function mark(db: DatabaseSync, dataDir: string): void {
  db.exec('COMMIT; PRAGMA user_version = 1');
  begin(db, dataDir);
}
