import type { ReplayChange, ReplayChangeAnswer } from '../../replays.ts';
import type { WriteContext } from './context.ts';
import { findReplayRow, replayStates, toReplayJob, toReplayState } from './replay-row.ts';

/** Pauses, resumes or cancels a job that has not ended. */
export function changeReplay(
  context: WriteContext,
  { tenantId, replayId, to, at }: ReplayChange,
): ReplayChangeAnswer {
  const asked = { tenantId, id: replayId };
  const row = findReplayRow(context, asked);
  if (row === null) return { is: 'unknown' };
  const state = toReplayState(row);
  if (state === to) return { is: 'changed', job: toReplayJob(row, context) };
  if (state !== 'running' && state !== 'paused') return { is: 'refused', state };
  context.db.run(
    `UPDATE replays SET state = ?, version = version + 1, ended_at = ?, claimed_by = NULL,
      claim_epoch = NULL, claim_ends_at = NULL WHERE position = ?`,
    replayStates[to],
    to === 'cancelled' ? at : null,
    row.position,
  );
  const changed = findReplayRow(context, asked);
  return changed === null
    ? { is: 'unknown' }
    : { is: 'changed', job: toReplayJob(changed, context) };
}
