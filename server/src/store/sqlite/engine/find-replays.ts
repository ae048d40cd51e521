import type { ReplayId, TenantId } from '../../../core/ids.ts';
import type { ReplayJob, ReplayState } from '../../../core/replay.ts';
import type { Page, PageOf } from '../../page.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { findReplayRow, replayStates, toReplayJob } from './replay-row.ts';
import type { ReplayRow } from './replay-row.ts';
import { Conditions, scan } from './scan.ts';

/** One job by id. */
export function findReplay(
  context: ReadContext,
  query: { tenantId: TenantId | null; id: ReplayId },
): ReplayJob | null {
  const row = findReplayRow(context, query);
  return row === null ? null : toReplayJob(row, context);
}

/** Jobs, newest first. */
export function listReplays(
  context: ReadContext,
  filter: { tenantId: TenantId | null; state?: ReplayState },
  page: Page,
): PageOf<ReplayJob> {
  const tenant = filter.tenantId === null ? null : tenantKey(context, filter.tenantId);
  if (filter.tenantId !== null && tenant === null) return { rows: [], next: null };
  const conditions = new Conditions();
  if (tenant !== null) conditions.narrow('tenant = ?', tenant);
  conditions.narrow('position < ?', page.before ?? Number.MAX_SAFE_INTEGER);
  if (filter.state !== undefined) conditions.ask('state = ?', replayStates[filter.state]);
  if (page.from !== undefined) conditions.ask('created_at >= ?', page.from);
  if (page.until !== undefined) conditions.ask('created_at < ?', page.until);
  const { positions, next } = scan(context.db, {
    sql:
      `SELECT position, ${conditions.fits} AS fits FROM replays ` +
      `WHERE ${conditions.where} ORDER BY position DESC`,
    values: conditions.values,
    limit: page.limit,
  });
  return { rows: positions.map((position) => read(context, position)), next };
}

/** Whether any job runs; costs one step in an index that holds only unended ones. */
export function hasRunningReplay({ db }: ReadContext): boolean {
  const sql = `SELECT 1 FROM replays WHERE state = ${replayStates.running} AND state < 2 LIMIT 1`;
  return db.get(sql) !== null;
}

function read(context: ReadContext, position: number): ReplayJob {
  const row = context.db.get<ReplayRow>('SELECT * FROM replays WHERE position = ?', position);
  if (row === null) throw new Error(`replay ${position} left while it was read`);
  return toReplayJob(row, context);
}
