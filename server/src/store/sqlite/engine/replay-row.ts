import type { ReplayId, TenantId, Position } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { ReplayJob, ReplayRequest, ReplayState } from '../../../core/replay.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';

/** The numbers that states are stored as; an index of the schema takes those under 2 as unended. */
export const replayStates = {
  running: 0,
  paused: 1,
  completed: 2,
  cancelled: 3,
  failed: 4,
} as const satisfies Record<ReplayState, number>;

const stateNames: readonly ReplayState[] = [
  'running',
  'paused',
  'completed',
  'cancelled',
  'failed',
];

/** A job as stored. */
export type ReplayRow = {
  position: number;
  id: string;
  tenant: number;
  version: number;
  state: number;
  request: string;
  cursor: number;
  upper: number;
  examined: number;
  made: number;
  skipped: number;
  failed: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  error: string | null;
  claimed_by: string | null;
  claim_epoch: number | null;
  claim_ends_at: number | null;
};

/** The row of a job by id; `tenantId` null looks in all tenants. */
export function findReplayRow(
  context: ReadContext,
  { tenantId, id }: { tenantId: TenantId | null; id: ReplayId },
): ReplayRow | null {
  const byId = 'SELECT * FROM replays WHERE id = ?';
  if (tenantId === null) return context.db.get<ReplayRow>(`${byId} LIMIT 1`, id);
  const tenant = tenantKey(context, tenantId);
  return context.db.get<ReplayRow>(`${byId} AND tenant = ?`, id, tenant);
}

/** The job that a row holds. */
export function toReplayJob(row: ReplayRow, { names }: Pick<ReadContext, 'names'>): ReplayJob {
  return {
    id: row.id as ReplayId,
    tenantId: names.text(row.tenant) as TenantId,
    position: row.position as Position,
    version: row.version,
    state: toReplayState(row),
    request: JSON.parse(row.request) as ReplayRequest,
    cursor: row.cursor as Position,
    upperPosition: row.upper as Position,
    progress: {
      examinedCount: row.examined,
      madeCount: row.made,
      skippedCount: row.skipped,
      failedCount: row.failed,
    },
    createdAt: row.created_at as Instant,
    startedAt: row.started_at as Instant | null,
    endedAt: row.ended_at as Instant | null,
    error: row.error,
  };
}

/** The state that a row stands in. */
export function toReplayState({ position, state }: ReplayRow): ReplayState {
  const name = stateNames[state];
  if (name === undefined) throw new Error(`replay ${position} has the unknown state ${state}`);
  return name;
}
