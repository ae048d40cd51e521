import type { TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { TimingCounts } from '../core/timing.ts';
import type { AlertBook } from './alert-book.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { Catalogue } from './catalogue.ts';
import type { Finder } from './finder.ts';
import type { StatsKept } from '../core/stats/stats-width.ts';
import type { Queue } from './queue.ts';
import type { Replays } from './replays.ts';
import type { Stats } from './stats.ts';

/** What a driver can do; its contract skips aloud what it cannot. */
export type Capabilities = {
  /** Whether several nodes may share it, each owning shards for a limited time. */
  readonly isShared: boolean;
};

/** How the store is, for health checks and metrics. */
export type StoreCondition = {
  /** Whether it takes new events; `disk_full` heals by itself, `failed` never does. */
  readonly accepts: 'yes' | 'disk_full' | 'failed';
  readonly commitCount: number;
  readonly committedRowCount: number;
  /** Milliseconds that the last commit took, its fsync included; null before the first. */
  readonly lastCommitMs: number | null;
  /** How long commits took, by `timingBounds.commit`. */
  readonly commits: TimingCounts;
  /** Bytes handed in and not yet committed. */
  readonly uncommittedBytes: number;
};

/**
 * Retention of single types and tenants; a type's wins over a tenant's, and both over the one for
 * all, whether they are longer or shorter.
 */
export type OwnRetention = {
  readonly types: readonly (readonly [type: string, before: Instant])[];
  readonly tenants: readonly (readonly [tenantId: TenantId, before: Instant])[];
  /** Whether events that earlier steps passed over are looked at again; else it goes on. */
  readonly isFresh: boolean;
};

/** Removes what is older than retention, in bounded steps. */
export type PruneRequest = {
  readonly before: Instant;
  readonly limit: number;
  /** Also removes counters older than this; without it they stay, whatever happens to the log. */
  readonly countsBefore?: StatsKept;
  /** Not there when one retention holds for all. */
  readonly own?: OwnRetention;
};

/** One store behind four ports, which it writes in one transaction. */
export interface Store extends AsyncDisposable {
  readonly capabilities: Capabilities;
  readonly queue: Queue;
  readonly log: AttemptLog;
  readonly catalogue: Catalogue;
  readonly finder: Finder;
  readonly alerts: AlertBook;
  readonly stats: Stats;
  readonly replays: Replays;
  condition(): StoreCondition;
  /**
   * Removes events older than `before`, or by `own`, with their deliveries and attempts, oldest
   * first, except events that a pending delivery needs, also for a note that it is merged of, and
   * those whose dead letter died after `before`; also idempotency rows that have ended. Versions in
   * the history of a guarded row go with their events, but for the newest; a task that has ended
   * (`completed`, `failed`, `cancelled`) and a chain go with the last of theirs.
   */
  prune(request: PruneRequest): Promise<{ count: number; isDone: boolean }>;
}
