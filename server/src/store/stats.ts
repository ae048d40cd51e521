import type { EndpointId, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Counts } from '../core/stats/counts.ts';
import type { StatsWidth } from '../core/stats/stats-width.ts';

/** Whose counts are wanted: one endpoint's, a tenant's, or everybody's. */
export type StatsSubject =
  | { readonly tenantId: TenantId; readonly endpointId: EndpointId }
  | { readonly tenantId: TenantId | null; readonly endpointId: null };

export type StatsQuery = {
  readonly subject: StatsSubject;
  readonly width: StatsWidth;
  /** The start of a width. */
  readonly since: Instant;
  /**
   * Widths that start here or later are not included. The caller keeps the number of widths within
   * `limits.statsRows`.
   */
  readonly until: Instant;
};

/** What was counted, and how much is owed now. */
export type StatsAnswer = {
  /** By start, oldest first; a width in which nothing happened may be left out. */
  readonly rows: readonly { readonly startsAt: Instant; readonly counts: Counts }[];
  readonly pendingCount: number;
  readonly oldestDueAt: Instant | null;
};

/** Counts that the store keeps with each write, in its transaction; no log is ever scanned. */
export interface Stats {
  /**
   * Events and deliveries count where they were accepted, attempts where they began, ends where
   * they happened. Retention takes nothing from them but rows that are older than it asks for.
   */
  read(query: StatsQuery): Promise<StatsAnswer>;
}
