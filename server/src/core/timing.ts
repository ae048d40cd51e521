/** How durations were counted, as it crosses threads. */
export type TimingCounts = {
  /** One count for each bound, then one for what is longer than all of them. */
  readonly counts: readonly number[];
  readonly sumMs: number;
};

/** Upper bounds of buckets in milliseconds, ascending: a bound belongs to its bucket. */
export const timingBounds = {
  commit: [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000],
  request: [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 10_000, 30_000],
  attempt: [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 30_000, 60_000],
  delivery: [
    ...[10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000],
    ...[300_000, 1_800_000, 7_200_000, 43_200_000, 172_800_000, 604_800_000],
  ],
} as const satisfies Record<string, readonly number[]>;

/** Counts durations by buckets: to take one in is some comparisons and two additions. */
export class Timing implements TimingCounts {
  readonly counts: number[];
  sumMs = 0;
  readonly #boundsMs: readonly number[];

  constructor(boundsMs: readonly number[]) {
    this.#boundsMs = boundsMs;
    this.counts = Array.from({ length: boundsMs.length + 1 }, () => 0);
  }

  observe(ms: number): void {
    const bounds = this.#boundsMs;
    let bucket = 0;
    while (bucket < bounds.length && ms > (bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sumMs += ms;
  }
}
