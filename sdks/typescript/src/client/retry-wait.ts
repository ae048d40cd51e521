import type { PosthornError } from './posthorn-error.ts';

/** How often a request is repeated, and how long is waited in between. */
export type RetryRule = {
  /** Repeats after the first try. */
  readonly retries: number;
  readonly initialMs: number;
  readonly maxMs: number;
  /** A server that asks for a longer wait than this is told of at once. */
  readonly retryAfterMaxMs: number;
};

/** Repeated requests by default. */
export const retryDefaults: RetryRule = {
  retries: 3,
  initialMs: 200,
  maxMs: 5_000,
  retryAfterMaxMs: 30_000,
};

/** Conflicts that end by themselves. */
const passing: ReadonlySet<string> = new Set(['idempotency_running', 'conflict']);
const retryable: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * How long to wait before a request is repeated; null when it must not be.
 *
 * @param failures  how many tries have failed, from 1.
 * @param chance    a sample from [0, 1): half of the wait is left to it.
 */
export function retryWait(
  error: PosthornError,
  { failures, chance, rule }: { failures: number; chance: number; rule: RetryRule },
): number | null {
  if (failures > rule.retries || !isTransient(error)) return null;
  const asked = error.retryAfterMs ?? 0;
  if (asked > rule.retryAfterMaxMs) return null;
  const full = Math.min(rule.maxMs, rule.initialMs * 2 ** (failures - 1));
  return Math.max(asked, full * (1 - chance / 2));
}

/** Whether the same request may succeed later. */
export function isTransient({ status, code }: PosthornError): boolean {
  if (status === 0) return code === 'network' || code === 'timeout';
  return status >= 500 || retryable.has(status) || passing.has(code);
}
