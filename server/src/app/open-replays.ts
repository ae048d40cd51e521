import type { EndpointId } from '../core/ids.ts';
import { lookForReplays } from '../ingest/look-for-replays.ts';
import type { ReplayLook, ReplayScope } from '../ingest/look-for-replays.ts';
import type { Store } from '../store/store.ts';
import { ReplayRuns } from '../upkeep/replay-runs.ts';
import type { ReplayRunsDeps } from '../upkeep/replay-runs.ts';

/** The duty that runs replays, and the look that a dry run takes. */
export type OpenedReplays = {
  readonly runs: ReplayRuns;
  readonly look: (scope: ReplayScope) => Promise<ReplayLook>;
};

/** Wires replays; nothing runs before `runs.start`. */
export function openReplays(
  { store, ...deps }: Omit<ReplayRunsDeps, 'replays' | 'made'> & { readonly store: Store },
  made: (endpointIds: readonly EndpointId[]) => void,
): OpenedReplays {
  const { replays } = store;
  return {
    runs: new ReplayRuns({ ...deps, replays, made }),
    look: (scope) => lookForReplays({ ...deps, replays }, scope),
  };
}
