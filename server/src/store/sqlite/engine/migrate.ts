import { migrations } from '../../migrations/all.ts';
import type { Migration } from '../../migrations/migration.ts';
import { StoreOpenError } from '../store-open-error.ts';
import type { Database } from './database.ts';

/** Brings the schema level with this program; refuses one that a newer program made. */
export function migrate(db: Database, steps: readonly Migration[] = migrations): void {
  const present = schemaVersion(db);
  const newest = steps.at(-1)?.version ?? 0;
  if (present > newest) {
    const says = `the database has schema ${present}; this version of Posthorn knows ${newest}`;
    throw new StoreOpenError('newer_schema', says);
  }
  for (const step of steps) if (step.version > present) apply(db, step);
}

/** 0 for a new database. */
function schemaVersion(db: Database): number {
  return db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}

function apply(db: Database, { version, sql }: Migration): void {
  db.transact(() => {
    db.exec(sql);
    db.exec(`PRAGMA user_version = ${version}`);
  });
}
