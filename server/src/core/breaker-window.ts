import type { Instant } from './instant.ts';
import { limits } from './limits.ts';

const bucketCount = 30;
const bucketMs = limits.breakerWindowMs / bucketCount;

/**
 * Counts the attempts and failures of the last `breakerWindowMs`, in buckets of a thirtieth: never
 * one that is older, and all but at most the oldest thirtieth of those that are not.
 */
export class BreakerWindow {
  #attempts: Uint32Array | null = null;
  #failures: Uint32Array | null = null;
  #newest = 0;
  #attemptCount = 0;
  #failureCount = 0;

  /** Counts one attempt that ended at `now`, which never goes back. */
  add(isFailure: boolean, now: Instant): void {
    const attempts = (this.#attempts ??= new Uint32Array(bucketCount));
    const failures = (this.#failures ??= new Uint32Array(bucketCount));
    const slot = this.#advance(now, attempts, failures);
    attempts[slot] = (attempts[slot] ?? 0) + 1;
    this.#attemptCount += 1;
    if (!isFailure) return;
    failures[slot] = (failures[slot] ?? 0) + 1;
    this.#failureCount += 1;
  }

  /** Whether the share of failures among those counted opens a breaker. */
  isBad(): boolean {
    return (
      this.#attemptCount >= limits.breakerWindowAttempts &&
      this.#failureCount >= this.#attemptCount * limits.breakerWindowShare
    );
  }

  /** Forgets everything, so that what opened a breaker does not open it again. */
  clear(): void {
    this.#attempts = null;
    this.#failures = null;
    this.#attemptCount = 0;
    this.#failureCount = 0;
  }

  #advance(now: Instant, attempts: Uint32Array, failures: Uint32Array): number {
    const bucket = Math.floor(now / bucketMs);
    const emptyCount = Math.min(bucket - this.#newest, bucketCount);
    for (let i = 0; i < emptyCount; i += 1) {
      const slot = (bucket - i) % bucketCount;
      this.#attemptCount -= attempts[slot] ?? 0;
      this.#failureCount -= failures[slot] ?? 0;
      attempts[slot] = 0;
      failures[slot] = 0;
    }
    this.#newest = bucket;
    return bucket % bucketCount;
  }
}
