import { attemptEndings } from './attempt-ending.ts';
import type { AttemptEnding } from './attempt-ending.ts';
import type { Counts } from './counts.ts';
import { endingCount, slots } from './counts.ts';
import { latencyQuantile } from './latency-quantile.ts';

/** What counts mean. Rates are shares from 0 to 1; null where there is nothing to share. */
export type StatsSummary = {
  readonly acceptedCount: number;
  readonly deliveries: Readonly<
    Record<'made' | 'delivered' | 'dead' | 'superseded' | 'cancelled', number>
  >;
  /** Of the deliveries that were delivered or died, those that were delivered. */
  readonly deliveryRate: number | null;
  readonly attempts: {
    readonly total: number;
    readonly failed: number;
    readonly byEnding: Readonly<Record<AttemptEnding, number>>;
  };
  /** Of all attempts, those without a 2xx. */
  readonly errorRate: number | null;
  readonly latencyMs: Readonly<Record<'p50' | 'p95' | 'p99', number | null>>;
};

/** Reads what was counted. */
export function statsSummary(counts: Counts): StatsSummary {
  const delivered = countOf(counts, slots.delivered);
  const dead = countOf(counts, slots.dead);
  const byEnding = Object.fromEntries(
    attemptEndings.map((ending) => [ending, endingCount(counts, ending)]),
  ) as Record<AttemptEnding, number>;
  const total = Object.values(byEnding).reduce((sum, count) => sum + count, 0);
  const failed = total - byEnding['2xx'];
  return {
    acceptedCount: countOf(counts, slots.events),
    deliveries: {
      made: countOf(counts, slots.made),
      delivered,
      dead,
      superseded: countOf(counts, slots.superseded),
      cancelled: countOf(counts, slots.cancelled),
    },
    deliveryRate: share(delivered, delivered + dead),
    attempts: { total, failed, byEnding },
    errorRate: share(failed, total),
    latencyMs: {
      p50: latencyQuantile(counts, 0.5),
      p95: latencyQuantile(counts, 0.95),
      p99: latencyQuantile(counts, 0.99),
    },
  };
}

/** What died before deaths were counted is taken back all the same, so a count may be below 0. */
function countOf(counts: Counts, slot: number): number {
  return Math.max(0, counts[slot] ?? 0);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
