import { later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import type { AlertPolicy } from './alert-policy.ts';
import type { AlertState, Episode, FailedAttempt } from './alert-state.ts';
import type { Alert } from './alert.ts';

/** A state, and what it led somebody to be told. */
export type Folded = { readonly state: AlertState; readonly alert: Alert | null };

/** The first success after a failure. */
export type Success = { readonly at: Instant };

/**
 * Takes one more failed attempt in. `policy.failures` of them within the window begin an episode,
 * which is told once, unless it is found later than `limits.alertStaleMs`.
 *
 * @param now  when this is found.
 */
export function foldFailure(
  state: AlertState,
  failure: FailedAttempt,
  { policy, now }: { policy: AlertPolicy; now: Instant },
): Folded {
  const { episode } = state;
  const { position, attemptId, at } = failure;
  const last = { position, attemptId, at };
  if (episode !== null) {
    const grown = { ...episode, failedCount: episode.failedCount + 1, last };
    return { state: { ...state, episode: grown }, alert: null };
  }
  const failedAt = [...state.failedAt, at].filter((each) => at - each <= policy.windowMs);
  if (failedAt.length < policy.failures) return { state: { ...state, failedAt }, alert: null };
  const begun: Episode = {
    position,
    firstFailureAt: Math.min(...failedAt) as Instant,
    failedCount: failedAt.length,
    last,
    isTold: isFresh(at, now),
  };
  const alert: Alert = { ...ofEndpoint(state), kind: 'failing', episode: begun, policy };
  return {
    state: { ...state, failedAt: [], episode: begun },
    alert: begun.isTold ? alert : null,
  };
}

/** Whether the last failure is so long ago that the episode may be over by `at`. */
export function mayBeOver(
  { episode }: AlertState,
  { windowMs }: AlertPolicy,
  at: Instant,
): boolean {
  return episode !== null && later(episode.last.at, windowMs) <= at;
}

/**
 * Ends the episode when by `at` a whole window has passed without a failure since `success`, the
 * first one after the last failure. An endpoint that fails now and then stays in its one episode.
 */
export function endEpisode(
  state: AlertState,
  success: Success,
  { policy, at, now }: { policy: AlertPolicy; at: Instant; now: Instant },
): Folded {
  const { episode } = state;
  if (episode === null || !mayBeOver(state, policy, at)) return { state, alert: null };
  if (later(success.at, policy.windowMs) > at) return { state, alert: null };
  const recoveredAt = success.at;
  const alert: Alert = { ...ofEndpoint(state), kind: 'recovered', episode, policy, recoveredAt };
  const isWanted = episode.isTold || isFresh(recoveredAt, now);
  return { state: { ...state, episode: null }, alert: isWanted ? alert : null };
}

/** Leaves out the beginning of an episode whose end is told with it. */
export function tellOnce(alerts: readonly Alert[]): Alert[] {
  const ended = new Set(
    alerts.flatMap((alert) => (alert.kind === 'recovered' ? [alert.episode.position] : [])),
  );
  return alerts.filter((alert) => alert.kind !== 'failing' || !ended.has(alert.episode.position));
}

/** Whether somebody still wants to hear of it. */
export function isFresh(at: Instant, now: Instant): boolean {
  return now - at <= limits.alertStaleMs;
}

function ofEndpoint({ tenantId, endpointId }: AlertState) {
  return { tenantId, endpointId };
}
