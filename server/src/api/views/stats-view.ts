import type { Counts } from '../../core/stats/counts.ts';
import { addCounts, noCounts } from '../../core/stats/counts.ts';
import { fillBuckets } from '../../core/stats/fill-buckets.ts';
import type { StatsRange } from '../../core/stats/stats-range.ts';
import { statsSummary } from '../../core/stats/stats-summary.ts';
import type { StatsSummary } from '../../core/stats/stats-summary.ts';
import type { StatsAnswer } from '../../store/stats.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';

/** Statistics as they are shown; `show` picks what the subject can have. */
export function statsView<Shown extends object>(
  { rows, pendingCount, oldestDueAt }: StatsAnswer,
  range: StatsRange,
  show: (summary: StatsSummary) => Shown,
) {
  const buckets = fillBuckets(rows, range);
  const totals = noCounts();
  for (const { counts } of rows) addCounts(totals, counts);
  const shown = (counts: Counts): Shown => show(rounded(statsSummary(counts)));
  return {
    since: instantText(range.since),
    until: instantText(range.until),
    bucketMs: range.bucketMs,
    totals: shown(totals),
    backlog: { pendingCount, oldestDueAt: instantTextOrNull(oldestDueAt) },
    buckets: buckets.map(({ startsAt, counts }) => ({
      startsAt: instantText(startsAt),
      ...shown(counts),
    })),
  };
}

function rounded(summary: StatsSummary): StatsSummary {
  const { p50, p95, p99 } = summary.latencyMs;
  return {
    ...summary,
    latencyMs: { p50: toHundredths(p50), p95: toHundredths(p95), p99: toHundredths(p99) },
  };
}

function toHundredths(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 100) / 100;
}
