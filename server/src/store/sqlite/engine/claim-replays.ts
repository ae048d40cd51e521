import type { NodeId } from '../../../core/ids.ts';
import type { ReplayJob } from '../../../core/replay.ts';
import type { WriteContext } from './context.ts';
import { replayStates, toReplayJob } from './replay-row.ts';
import type { ReplayRow } from './replay-row.ts';

export type ClaimRequest = {
  readonly node: NodeId;
  readonly claimMs: number;
  readonly limit: number;
};

/** Claims running jobs that nobody holds; answers all that the node holds, oldest first. */
export function claimReplays(
  context: WriteContext,
  { node, claimMs, limit }: ClaimRequest,
): ReplayJob[] {
  const now = context.now();
  const rows = claimable(context, { node, now, limit });
  for (const row of rows) {
    if (isFresh(row, { node, epoch: context.epoch, after: now + claimMs / 2 })) continue;
    context.db.run(
      'UPDATE replays SET claimed_by = ?, claim_epoch = ?, claim_ends_at = ? WHERE position = ?',
      node,
      context.epoch,
      now + claimMs,
      row.position,
    );
  }
  return rows.map((row) => toReplayJob(row, context));
}

/** Free, the node's own, or left over from an earlier start, whose nodes are gone. */
function claimable(
  { db, epoch }: WriteContext,
  { node, now, limit }: { node: NodeId; now: number; limit: number },
): ReplayRow[] {
  return db.all<ReplayRow>(
    `SELECT * FROM replays WHERE state = ${replayStates.running} AND state < 2
      AND (claimed_by IS NULL OR claimed_by = ? OR claim_epoch < ? OR claim_ends_at <= ?)
      ORDER BY position LIMIT ?`,
    node,
    epoch,
    now,
    limit,
  );
}

/** Whether a claim need not be written again yet. */
function isFresh(
  row: ReplayRow,
  { node, epoch, after }: { node: NodeId; epoch: number; after: number },
): boolean {
  const isOwn = row.claimed_by === node && row.claim_epoch === epoch;
  return isOwn && (row.claim_ends_at ?? 0) > after;
}
