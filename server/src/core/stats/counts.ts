import type { Attempt } from '../attempt.ts';
import { attemptEnding, attemptEndings } from './attempt-ending.ts';
import type { AttemptEnding } from './attempt-ending.ts';
import { latencyBucket, latencyBucketCount } from './latency-buckets.ts';

/**
 * How much happened in some time: a number in each slot. Counts of parts add up to the counts of
 * the whole. Events, made deliveries and attempts only grow; ended deliveries are counted as they
 * stand, so that a dead letter which is retried is taken back where its death was counted.
 */
export type Counts = Float64Array;

/** Slots 13 to 15 are free. */
export const slots = {
  events: 0,
  made: 1,
  delivered: 2,
  dead: 3,
  superseded: 4,
  cancelled: 5,
  endings: 6,
  latencies: 16,
} as const;

export const slotCount = slots.latencies + latencyBucketCount;

const endingSlots = Object.fromEntries(
  attemptEndings.map((ending, index) => [ending, slots.endings + index]),
) as Readonly<Record<AttemptEnding, number>>;

/** Counts of nothing. */
export function noCounts(): Counts {
  return new Float64Array(slotCount);
}

/** Adds `part` to `sum`, in place. */
export function addCounts(sum: Counts, part: Counts): void {
  for (let slot = 0; slot < slotCount; slot += 1) {
    sum[slot] = (sum[slot] ?? 0) + (part[slot] ?? 0);
  }
}

/** Adds `by` to one slot. */
export function addToSlot(counts: Counts, slot: number, by: number): void {
  counts[slot] = (counts[slot] ?? 0) + by;
}

/** The slot of how an attempt ended. */
export function endingSlot(attempt: Pick<Attempt, 'statusCode' | 'error'>): number {
  return endingSlots[attemptEnding(attempt)];
}

/** The slot of its latency; null unless the endpoint answered, or was waited for. */
export function latencySlot(ending: number, latencyMs: number): number | null {
  return ending === endingSlots.other ? null : slots.latencies + latencyBucket(latencyMs);
}

/** Counts an attempt. */
export function countAttempt(
  counts: Counts,
  attempt: Pick<Attempt, 'statusCode' | 'error' | 'latencyMs'>,
): void {
  const ending = endingSlot(attempt);
  addToSlot(counts, ending, 1);
  const latency = latencySlot(ending, attempt.latencyMs);
  if (latency !== null) addToSlot(counts, latency, 1);
}

/** How many attempts ended so. */
export function endingCount(counts: Counts, ending: AttemptEnding): number {
  return counts[endingSlots[ending]] ?? 0;
}

/** What is owed after all this, less what was owed before. */
export function pendingChange(counts: Counts): number {
  const { made, delivered, dead, superseded, cancelled } = slots;
  const of = (slot: number): number => counts[slot] ?? 0;
  return of(made) - of(delivered) - of(dead) - of(superseded) - of(cancelled);
}
