import type { Migration } from './migration.ts';

/** Where an event stands in a trace, as `core/trace-context.ts` writes it. */
export const trace: Migration = {
  version: 8,
  sql: `ALTER TABLE events ADD COLUMN trace TEXT;`,
};
