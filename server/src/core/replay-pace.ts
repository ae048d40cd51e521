import { limits } from './limits.ts';

/** Steps of a replay with a rate begin this often, when each makes its fill. */
const stepsPerSecond = 4;

/** The most that one step may make. */
export function replayFill(ratePerSecond: number | null): number {
  if (ratePerSecond === null) return limits.replayStepMakes;
  const share = Math.floor(ratePerSecond / stepsPerSecond);
  return Math.max(1, Math.min(limits.replayStepMakes, share));
}

/**
 * Milliseconds from the beginning of a step that made `madeCount` to the beginning of the next, so
 * that no more than the rate is made on average, and never more than one fill beyond it.
 */
export function replayGapMs(ratePerSecond: number | null, madeCount: number): number {
  if (ratePerSecond === null) return limits.replayStepGapMs;
  return Math.max(limits.replayStepGapMs, Math.ceil((madeCount * 1_000) / ratePerSecond));
}
