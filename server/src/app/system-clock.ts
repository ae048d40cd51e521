import { clockStep, startClock } from '../core/clock-rule.ts';
import type { Clock } from '../core/clock.ts';

/** The machine's clocks, joined by the rule of `core/clock-rule.ts`. */
export function systemClock(): Clock {
  let state = startClock(Date.now(), performance.now());
  return {
    now: () => {
      state = clockStep(state, Date.now(), performance.now());
      return state.now;
    },
    monotonicMs: () => performance.now(),
    wallSeconds: () => Math.floor(Date.now() / 1_000),
  };
}
