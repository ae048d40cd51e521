import type { Counts } from './counts.ts';
import { slots } from './counts.ts';
import { bucketLatencyMs, latencyBucketCount } from './latency-buckets.ts';

/**
 * The latency, in milliseconds, that a share of attempts did not exceed, by nearest rank; at most
 * `latencyError` from the true one. Null when none was counted.
 */
export function latencyQuantile(counts: Counts, share: number): number | null {
  const rank = Math.max(1, Math.ceil(share * latencyCount(counts)));
  let seen = 0;
  for (let bucket = 0; bucket < latencyBucketCount; bucket += 1) {
    seen += counts[slots.latencies + bucket] ?? 0;
    if (seen >= rank) return bucketLatencyMs(bucket);
  }
  return null;
}

function latencyCount(counts: Counts): number {
  return counts.subarray(slots.latencies).reduce((sum, count) => sum + count, 0);
}
