import { first } from './0001-first.ts';
import type { Migration } from './migration.ts';

/** Every migration of the SQLite schema, oldest first. */
export const migrations: readonly Migration[] = [first];
