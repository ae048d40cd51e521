import type { Instant } from '../instant.ts';
import { instant } from '../instant.ts';
import type { Counts } from './counts.ts';
import { addCounts, noCounts } from './counts.ts';
import type { StatsRange } from './stats-range.ts';
import { floorTo } from './stats-width.ts';

/** Counts from an instant on. */
export type Bucket = { readonly startsAt: Instant; readonly counts: Counts };

/** Every bucket of a range, oldest first; one in which nothing happened counts nothing. */
export function fillBuckets(rows: readonly Bucket[], range: StatsRange): Bucket[] {
  const { since, until, bucketMs } = range;
  const buckets: Bucket[] = [];
  for (let start: number = since; start < until; start += bucketMs) {
    buckets.push({ startsAt: instant(start), counts: noCounts() });
  }
  for (const { startsAt, counts } of rows) {
    const bucket = buckets[(floorTo(startsAt, bucketMs) - since) / bucketMs];
    if (bucket !== undefined) addCounts(bucket.counts, counts);
  }
  return buckets;
}
