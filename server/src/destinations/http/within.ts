import type { Timers } from '../../core/clock.ts';

/**
 * Waits for what `begin` settles with; null when that takes longer than `limitMs` of monotonic
 * time or when `signal` aborts first. Later answers are dropped.
 */
export function within<T>(
  limit: { timers: Timers; limitMs: number; signal: AbortSignal },
  begin: (settle: (answer: T) => void) => void,
): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<T | null>();
  const timer = limit.timers.after(limit.limitMs, () => resolve(null));
  const giveUp = (): void => resolve(null);
  limit.signal.addEventListener('abort', giveUp);
  if (limit.signal.aborted) giveUp();
  else begin(resolve);
  return promise.finally(() => {
    timer.cancel();
    limit.signal.removeEventListener('abort', giveUp);
  });
}
