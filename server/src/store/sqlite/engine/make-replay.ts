import { limits } from '../../../core/limits.ts';
import type { MakeReplayAnswer, NewReplay } from '../../replays.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';
import { judgeIdempotency, keepIdempotency } from './idempotency.ts';
import { findReplayRow, replayStates, toReplayJob } from './replay-row.ts';
import type { ReplayRow } from './replay-row.ts';

/** Makes a job, which runs from now on; a repeated call answers the job as it stands. */
export function makeReplay(context: WriteContext, replay: NewReplay): MakeReplayAnswer {
  const present = findReplayRow(context, replay);
  if (present !== null) return { is: 'made', job: toReplayJob(present, context) };
  const used = judgeIdempotency(context, replay.idempotency, replay.createdAt);
  if (used !== null) return used;
  const tenant = context.names.make('tenant', 0, replay.tenantId);
  if (countUnended(context, tenant) >= limits.replaysUnended) return { is: 'too_many' };
  const row = insertReplay(context, tenant, replay);
  keepIdempotency(context, replay.idempotency);
  return { is: 'made', job: toReplayJob(row, context) };
}

function countUnended({ db }: WriteContext, tenant: number): number {
  const row = db.get<{ count: number }>(
    `SELECT count(*) AS count FROM replays WHERE tenant = ? AND state < 2
      AND state IN (${replayStates.running}, ${replayStates.paused})`,
    tenant,
  );
  return row?.count ?? 0;
}

/** Gives a job the next position; answers its row. */
export function insertReplay(
  context: WriteContext,
  tenant: number,
  replay: Omit<NewReplay, 'idempotency'>,
): ReplayRow {
  const { db } = context;
  db.run(
    `INSERT INTO replays (position, id, tenant, version, state, request, cursor, upper,
      examined, made, skipped, failed, created_at)
      VALUES (?, ?, ?, 1, ${replayStates.running}, ?, 0, ?, 0, 0, 0, 0, ?)`,
    nextPosition(context),
    replay.id,
    tenant,
    JSON.stringify(replay.request),
    replay.upperPosition,
    replay.createdAt,
  );
  const row = findReplayRow(context, replay);
  if (row === null) throw new Error(`replay ${replay.id} was not kept`);
  return row;
}
