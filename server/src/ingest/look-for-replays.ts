import { limits } from '../core/limits.ts';
import type { ReplaySearch } from '../store/replays.ts';
import { findReplays } from './find-replays.ts';
import type { FindReplaysDeps, ReplayAim } from './find-replays.ts';

/** What a replay would make, as far as somebody looked. */
export type ReplayLook = {
  readonly matchedCount: number;
  readonly examinedCount: number;
  readonly skippedCount: number;
  /** Whether the look ended before the log did, so that there may be more. */
  readonly isLowerBound: boolean;
  /** The first few. */
  readonly sample: readonly ReplayAim[];
};

/** Whose log is looked through for what, and up to where. */
export type ReplayScope = Omit<ReplaySearch, 'after' | 'limit'>;

/** Looks, in bounded steps, for what a replay would make, and makes nothing. */
export async function lookForReplays(
  deps: FindReplaysDeps,
  search: ReplayScope,
): Promise<ReplayLook> {
  let after = 0 as ReplaySearch['after'];
  const sample: ReplayAim[] = [];
  const counts = { matchedCount: 0, examinedCount: 0, skippedCount: 0 };
  for (let steps = 0; steps < limits.replayLookSteps; steps += 1) {
    const found = await findReplays(deps, { ...search, after, limit: limits.listMax });
    counts.matchedCount += found.aims.length;
    counts.examinedCount += found.examinedCount;
    counts.skippedCount += found.skippedCount;
    sample.push(...found.aims.slice(0, limits.replaySampleIds - sample.length));
    if (found.isDone) return { ...counts, isLowerBound: false, sample };
    after = found.position;
  }
  return { ...counts, isLowerBound: true, sample };
}
