import type { NewReplay } from '../../store/replays.ts';
import { noProgress } from '../../core/replay.ts';
import type { ReplayJob } from '../../core/replay.ts';
import type { ReplayLook } from '../../ingest/look-for-replays.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';

type ShownReplay = Omit<ReplayJob, 'position' | 'version'>;

/** A replay as it is shown. */
export function replayView(job: ShownReplay) {
  const { id, tenantId, state, request, progress, cursor, upperPosition, error } = job;
  const { only, as, endpointId, types, eventIds, deliveryIds, ratePerSecond } = request;
  return {
    ...{ id, tenantId, state, only, as, endpointId, types },
    since: instantTextOrNull(request.since),
    until: instantTextOrNull(request.until),
    ...{ eventIds, deliveryIds, ratePerSecond },
    progress: { ...progress, position: cursor, upperPosition },
    createdAt: instantText(job.createdAt),
    startedAt: instantTextOrNull(job.startedAt),
    endedAt: instantTextOrNull(job.endedAt),
    error,
  };
}

/** The same of one that is about to be made. */
export function newReplayView(replay: Omit<NewReplay, 'idempotency'>) {
  return replayView({
    ...replay,
    ...{ state: 'running', cursor: 0 as ReplayJob['cursor'], progress: noProgress },
    ...{ startedAt: null, endedAt: null, error: null },
  });
}

/** What a dry run found. */
export function replayLookView({ sample, ...counts }: ReplayLook) {
  return {
    dryRun: true,
    ...counts,
    sample: sample.map(({ eventId, endpointId, of }) => ({
      eventId,
      endpointId,
      deliveryId: of?.id ?? null,
    })),
  };
}
