import { limits } from '../../core/limits.ts';

/** How long to wait after so many failures in a row. */
export function backoffMs(failureCount: number): number {
  const doubled = limits.listenFirstWaitMs * 2 ** Math.max(0, failureCount - 1);
  return Math.min(limits.listenWaitMs, doubled);
}
