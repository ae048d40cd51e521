import type { Migration } from './migration.ts';

/**
 * Finds the events of a chain that went past its hops; the number is that of `limits.hops`, which
 * queries name in the same words.
 */
export const chains: Migration = {
  version: 11,
  sql: `
    CREATE INDEX events_past_hops ON events (correlation, tenant, position) WHERE hops > 16;
  `,
};
