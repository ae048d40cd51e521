/** How far a latency that a bucket stands for may be from the true one, as a share of it. */
export const latencyError = 0.05;

/** The shortest latency told apart; whatever is shorter counts as this. */
const leastMs = 0.1;

const growth = (1 + latencyError) / (1 - latencyError);
const perBucket = 1 / Math.log(growth);

/** Buckets for latencies up to two minutes, twice what an attempt may take; the last is open. */
export const latencyBucketCount = 141;

/** The bucket of a latency: bucket n holds what is at most `growth` times that of n - 1. */
export function latencyBucket(ms: number): number {
  if (!(ms > leastMs)) return 0;
  const bucket = Math.ceil(Math.log(ms / leastMs) * perBucket);
  return bucket < latencyBucketCount ? bucket : latencyBucketCount - 1;
}

/** The latency that a bucket stands for, in milliseconds: equally far, by share, from both ends. */
export function bucketLatencyMs(bucket: number): number {
  return bucket === 0 ? leastMs : (2 * leastMs * growth ** bucket) / (growth + 1);
}
