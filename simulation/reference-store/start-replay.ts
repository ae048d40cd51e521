import { noProgress } from '../../server/src/core/replay.ts';
import type { ReplayJob } from '../../server/src/core/replay.ts';
import type { NewReplay } from '../../server/src/store/replays.ts';
import { rowKey } from './image.ts';
import type { Image } from './image.ts';

/** Keeps a job that runs from now on. */
export function startReplay(image: Image, replay: Omit<NewReplay, 'idempotency'>): ReplayJob {
  const job: ReplayJob = {
    ...replay,
    ...{ position: image.nextPosition(), version: 1, state: 'running' },
    ...{ cursor: 0 as ReplayJob['cursor'], progress: noProgress },
    ...{ startedAt: null, endedAt: null, error: null },
  };
  image.replays.set(rowKey(job.tenantId, job.id), { job, claim: null });
  return job;
}
