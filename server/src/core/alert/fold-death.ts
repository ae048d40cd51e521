import { later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import type { AlertState, Death, DeathRun } from './alert-state.ts';
import type { Alert } from './alert.ts';
import { isFresh } from './fold-failure.ts';

/**
 * Takes one more dead letter in. The first `limits.alertDeaths` of a run are told one by one; the
 * others of its `limits.alertDeathsMs` are told as one number when it is over.
 */
export function foldDeath(
  before: AlertState,
  death: Death,
  now: Instant,
): { state: AlertState; alerts: Alert[] } {
  const { state, alerts } = endDeaths(before, { at: death.at, now });
  const run = state.deaths ?? newRun(death);
  const isToldAlone = run.toldCount < limits.alertDeaths;
  const deaths: DeathRun = isToldAlone
    ? { ...run, toldCount: run.toldCount + 1, lastAt: death.at }
    : {
        ...run,
        moreCount: run.moreCount + 1,
        reasons: { ...run.reasons, [death.reason]: (run.reasons[death.reason] ?? 0) + 1 },
        lastAt: death.at,
      };
  const { tenantId, endpointId } = state;
  const isTold = isToldAlone && isFresh(death.at, now);
  const told: Alert[] = isTold ? [{ tenantId, endpointId, kind: 'dead', death }] : [];
  return { state: { ...state, deaths }, alerts: [...alerts, ...told] };
}

/** Ends the run of dead letters that is over by `at`, and tells what was not told. */
export function endDeaths(
  state: AlertState,
  { at, now }: { at: Instant; now: Instant },
): { state: AlertState; alerts: Alert[] } {
  const { tenantId, endpointId, deaths: run } = state;
  if (run === null || later(run.since, limits.alertDeathsMs) > at) return { state, alerts: [] };
  const isTold = run.moreCount > 0 && isFresh(run.lastAt, now);
  return {
    state: { ...state, deaths: null },
    alerts: isTold ? [{ tenantId, endpointId, kind: 'more_dead', run }] : [],
  };
}

function newRun({ position, at }: Death): DeathRun {
  return { position, since: at, toldCount: 0, moreCount: 0, reasons: {}, lastAt: at };
}
