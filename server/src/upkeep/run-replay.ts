import type { Clock } from '../core/clock.ts';
import type { EndpointId, NodeId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { IdMaker } from '../core/make-id.ts';
import { replayFill } from '../core/replay-pace.ts';
import type { ReplayJob } from '../core/replay.ts';
import { findReplays } from '../ingest/find-replays.ts';
import type { FindReplaysDeps, ReplayAim, ReplayFinding } from '../ingest/find-replays.ts';
import type { ReplayMake, Replays, ReplayStep, ReplayStepAnswer } from '../store/replays.ts';

export type RunReplayDeps = Omit<FindReplaysDeps, 'replays'> & {
  readonly replays: Replays;
  readonly ids: IdMaker;
  readonly clock: Clock;
  readonly node: NodeId;
  /** Told which endpoints have something new to send. */
  readonly made: (endpointIds: readonly EndpointId[]) => void;
};

/** What a step came to: how many were made, or why the store took nothing. */
export type ReplayRun = {
  readonly madeCount: number;
  readonly refused: 'disk_full' | 'unstorable' | null;
};

/**
 * One step of a job that this node has claimed: looks through a piece of the log, then has what it
 * found written together with the cursor. A step that was overtaken made nothing.
 */
export async function runReplay(deps: RunReplayDeps, job: ReplayJob): Promise<ReplayRun> {
  const { tenantId, request, cursor, upperPosition } = job;
  const limit = replayFill(request.ratePerSecond);
  const search = { tenantId, request, after: cursor, upTo: upperPosition, limit };
  const finding = await findReplays(deps, search);
  const answer = await deps.replays.step(stepOf(deps, job, finding));
  switch (answer.is) {
    case 'stepped':
      if (answer.endpointIds.length > 0) deps.made(answer.endpointIds);
      return { madeCount: madeBy(job, answer), refused: null };
    case 'overtaken':
      return { madeCount: 0, refused: null };
    case 'refused':
      if (answer.because === 'unstorable') await fail(deps, job);
      return { madeCount: 0, refused: answer.because };
    default:
      return answer satisfies never;
  }
}

function stepOf(deps: RunReplayDeps, job: ReplayJob, finding: ReplayFinding): ReplayStep {
  const { aims, releases, examinedCount, skippedCount, position, isDone } = finding;
  return {
    ...unchanged(deps, job),
    position,
    makes: aims.map((aim) => makeOf(deps, job, aim)),
    releases,
    examinedCount,
    skippedCount,
    ends: isDone ? { is: 'completed' } : null,
  };
}

/** Nobody can say which of a batch is at fault, and what it would skip would be lost unseen. */
async function fail(deps: RunReplayDeps, job: ReplayJob): Promise<void> {
  const error = 'The store could not hold a batch of this replay.';
  await deps.replays.step({ ...unchanged(deps, job), ends: { is: 'failed', error } });
}

function unchanged({ node, clock }: RunReplayDeps, job: ReplayJob): Omit<ReplayStep, 'ends'> {
  const { tenantId, id: replayId, version: expects, cursor: position } = job;
  return {
    ...{ tenantId, replayId, node, expects, position },
    ...{ claimMs: limits.replayClaimMs, at: clock.now() },
    ...{ makes: [], releases: [], examinedCount: 0, skippedCount: 0 },
  };
}

function makeOf({ ids }: RunReplayDeps, { request }: ReplayJob, aim: ReplayAim): ReplayMake {
  const { endpointId, subscriptionId, eventPosition, of } = aim;
  return {
    deliveryId: ids.make('delivery'),
    endpointId,
    subscriptionId,
    eventPosition,
    ofPosition: of?.position ?? null,
    newEventId: request.as === 'new' ? ids.make('event') : null,
  };
}

function madeBy(before: ReplayJob, { job }: ReplayStepAnswer & { is: 'stepped' }): number {
  return job.progress.madeCount - before.progress.madeCount;
}
