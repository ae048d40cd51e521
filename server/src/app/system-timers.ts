import type { Timers } from '../core/clock.ts';

/** The longest delay that a timer of the platform can hold. */
const longestMs = 2 ** 31 - 1;

/** The platform's timers; they run on monotonic time. */
export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), longestMs));
    return { cancel: () => clearTimeout(timer) };
  },
};
