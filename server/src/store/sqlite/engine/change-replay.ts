import type { ReplayChange, ReplayChangeAnswer } from '../../replays.ts';
import type { WriteContext } from './context.ts';
import { judgeIdempotency, keepIdempotency } from './idempotency.ts';
import { findReplayRow, replayStates, toReplayJob, toReplayState } from './replay-row.ts';
import type { ReplayRow } from './replay-row.ts';

/** Pauses, resumes or cancels a job that has not ended. */
export function changeReplay(
  context: WriteContext,
  { tenantId, replayId, to, at, idempotency }: ReplayChange,
): ReplayChangeAnswer {
  const asked = { tenantId, id: replayId };
  const used = judgeIdempotency(context, idempotency, at);
  if (used !== null) return used;
  const row = findReplayRow(context, asked);
  if (row === null) return { is: 'unknown' };
  const state = toReplayState(row);
  const isSo = state === to;
  if (!isSo && state !== 'running' && state !== 'paused') return { is: 'refused', state };
  if (!isSo) move(context, row, { to, at });
  keepIdempotency(context, idempotency);
  const changed = findReplayRow(context, asked) ?? row;
  return { is: 'changed', job: toReplayJob(changed, context) };
}

function move(
  { db }: WriteContext,
  { position }: ReplayRow,
  { to, at }: Pick<ReplayChange, 'to' | 'at'>,
): void {
  db.run(
    `UPDATE replays SET state = ?, version = version + 1, ended_at = ?, claimed_by = NULL,
      claim_epoch = NULL, claim_ends_at = NULL WHERE position = ?`,
    replayStates[to],
    to === 'cancelled' ? at : null,
    position,
  );
}
