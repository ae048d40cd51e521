import type { Migration } from './migration.ts';

/** Finds the names of event types, newest first, among all other names. */
export const seenTypes: Migration = {
  version: 7,
  sql: 'CREATE INDEX names_of_event_types ON names (key) WHERE kind = 4;',
};
