import type { BreakerPolicy } from './endpoint.ts';
import type { BreakerState } from './endpoint-health.ts';
import { later } from './instant.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';

/**
 * What an attempt says about its endpoint. neutral: it answered, and blames the event (400, 413,
 * 422). unspent: the attempt was interrupted and says nothing.
 */
export type EndedVerdict = 'success' | 'failure' | 'neutral' | 'unspent';

/** One ended attempt as a breaker sees it. */
export type SeenAttempt = {
  readonly verdict: EndedVerdict;
  /** Whether it was the one attempt allowed while open. */
  readonly isProbe: boolean;
  /** Whether too large a share of the recent attempts failed, this one included. */
  readonly isShareBad: boolean;
  readonly now: Instant;
};

/** A breaker that has seen nothing, or a success last. */
export const closedBreaker: BreakerState = {
  is: 'closed',
  failuresInARow: 0,
  firstFailureAt: null,
};

/**
 * The breaker after an attempt; the very same value when nothing changed.
 *
 * While it is not closed only the probe counts; how the rest in flight ends says nothing new.
 */
export function afterAttempt(
  state: BreakerState,
  seen: SeenAttempt,
  policy: BreakerPolicy,
): BreakerState {
  switch (state.is) {
    case 'closed':
      return afterClosed(state, seen, policy);
    case 'open':
      return state;
    case 'probing':
      return seen.isProbe ? afterProbe(state, seen) : state;
    default:
      return state satisfies never;
  }
}

/** The breaker once its probe has started. */
export function probeStarted(state: BreakerState, now: Instant): BreakerState {
  return state.is === 'open' ? { is: 'probing', since: now, openMs: state.openMs } : state;
}

/**
 * A stored breaker for a new owner: whether the last owner's probe ended is not known, so it goes
 * again. The last owner's clock may have stood ahead; nothing waits for that.
 */
export function restoredBreaker(state: BreakerState, now: Instant): BreakerState {
  switch (state.is) {
    case 'probing':
      return probeAgain(state, now);
    case 'open': {
      const latestAt = later(now, state.openMs);
      return state.probeAt <= latestAt ? state : { ...state, probeAt: latestAt };
    }
    case 'closed': {
      const isAhead = state.firstFailureAt !== null && state.firstFailureAt > now;
      return isAhead ? { ...state, firstFailureAt: now } : state;
    }
    default:
      return state satisfies never;
  }
}

type Closed = Extract<BreakerState, { is: 'closed' }>;
type Probing = Extract<BreakerState, { is: 'probing' }>;

function afterClosed(state: Closed, seen: SeenAttempt, policy: BreakerPolicy): BreakerState {
  if (seen.verdict === 'success') return state.failuresInARow === 0 ? state : closedBreaker;
  if (seen.verdict !== 'failure') return state;

  const failuresInARow = state.failuresInARow + 1;
  const firstFailureAt = state.firstFailureAt ?? seen.now;
  const isRowLong =
    failuresInARow >= policy.failuresInARow && seen.now - firstFailureAt >= limits.breakerSpanMs;
  if (isRowLong || seen.isShareBad) return opened(seen.now, policy.openMs);
  return { is: 'closed', failuresInARow, firstFailureAt };
}

function afterProbe(state: Probing, seen: SeenAttempt): BreakerState {
  switch (seen.verdict) {
    case 'success':
      return closedBreaker;
    case 'failure':
      return opened(seen.now, Math.min(state.openMs * 2, limits.breakerOpenMaxMs));
    case 'neutral':
    case 'unspent':
      return probeAgain(state, seen.now);
    default:
      return seen.verdict satisfies never;
  }
}

function opened(now: Instant, openMs: number): BreakerState {
  return { is: 'open', since: now, probeAt: later(now, openMs), openMs };
}

function probeAgain(state: Probing, now: Instant): BreakerState {
  return { is: 'open', since: state.since, probeAt: now, openMs: state.openMs };
}
