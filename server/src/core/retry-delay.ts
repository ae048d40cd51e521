import type { RetryPolicy } from './retry-policy.ts';

/**
 * How long to wait after the failed attempt of this number, before a receiver's wish is heard.
 * Up to the share `jitter` is added to the wait, never taken off.
 *
 * @param attempt  counted within the present budget; 1 for its first attempt.
 * @param chance   a sample from [0, 1).
 * @returns null when the policy has no further attempt.
 */
export function retryDelay(policy: RetryPolicy, attempt: number, chance: number): number | null {
  const delayMs = plainDelay(policy, attempt);
  return delayMs === null ? null : delayMs * (1 + policy.jitter * chance);
}

function plainDelay(policy: RetryPolicy, attempt: number): number | null {
  switch (policy.kind) {
    case 'schedule':
      return policy.delaysMs[attempt - 1] ?? null;
    case 'exponential':
      if (attempt >= policy.maxAttempts) return null;
      // With no first delay there is nothing to grow, and zero times infinity is no number.
      if (policy.initialMs === 0) return 0;
      return Math.min(policy.maxDelayMs, policy.initialMs * policy.factor ** (attempt - 1));
    default:
      return policy satisfies never;
  }
}
