import { first } from './0001-first.ts';
import { callbacks } from './0002-callbacks.ts';
import { alerts } from './0005-alerts.ts';
import type { Migration } from './migration.ts';

/** Every migration of the SQLite schema, oldest first. */
export const migrations: readonly Migration[] = [first, callbacks, alerts];
