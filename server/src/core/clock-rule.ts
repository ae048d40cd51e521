import { instant } from './instant.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';

/** What the rule of the stored `now` remembers between two looks at the clocks. */
export type ClockState = {
  /** Wall time minus monotonic time, as believed. */
  readonly offsetMs: number;
  /** How far ahead the wall clock stands without a break, and since when; null when it does not. */
  readonly ahead: { readonly sinceMonotonicMs: number; readonly leastMs: number } | null;
  /** The last answer. */
  readonly now: Instant;
};

/** Starts the rule: the wall clock is believed as it is. */
export function startClock(wallMs: number, monotonicMs: number): ClockState {
  return { offsetMs: wallMs - monotonicMs, ahead: null, now: instant(Math.floor(wallMs)) };
}

/**
 * Steps the stored `now`, which runs with monotonic time. A wall clock that jumps forward is
 * believed after it has stood ahead for `limits.clockJumpMs`, and only as far as it stood ahead
 * all the while; one that jumps back is not believed before the next start. Never goes back.
 */
export function clockStep(state: ClockState, wallMs: number, monotonicMs: number): ClockState {
  const ahead = stillAhead(state, wallMs, monotonicMs);
  const isBelieved = ahead !== null && monotonicMs - ahead.sinceMonotonicMs >= limits.clockJumpMs;
  const offsetMs = state.offsetMs + (isBelieved ? ahead.leastMs : 0);
  const now = instant(Math.max(state.now, Math.floor(offsetMs + monotonicMs)));
  return { offsetMs, ahead: isBelieved ? null : ahead, now };
}

function stillAhead(state: ClockState, wallMs: number, monotonicMs: number): ClockState['ahead'] {
  const aheadMs = wallMs - (state.offsetMs + monotonicMs);
  if (aheadMs <= 0) return null;
  if (state.ahead === null) return { sinceMonotonicMs: monotonicMs, leastMs: aheadMs };
  return { ...state.ahead, leastMs: Math.min(state.ahead.leastMs, aheadMs) };
}
