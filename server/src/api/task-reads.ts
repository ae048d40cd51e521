import { AppError } from '../core/app-error.ts';
import type { StoredEvent } from '../core/event.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { GuardedRow } from '../store/finder.ts';
import type { ApiDeps } from './deps.ts';

/** The event that told of a task's present sequence; null when it is not kept any more. */
export async function latestEvent(
  { store }: Pick<ApiDeps, 'store'>,
  { tenantId, id, version }: GuardedRow,
): Promise<StoredEvent | null> {
  const asked = {
    tenantId,
    kind: 'task',
    id,
    after: version - 1,
    upTo: version,
    limit: 1,
  } as const;
  const [newest] = await store.finder.guardedHistory(asked);
  if (newest === undefined) return null;
  const [event] = await store.queue.readEvents({ tenantId, positions: [newest.position] });
  return event ?? null;
}

/** The tasks below a task, newest first. */
export async function childrenOf(
  { store }: Pick<ApiDeps, 'store'>,
  { tenantId, id: group }: Pick<GuardedRow, 'tenantId' | 'id'>,
): Promise<readonly GuardedRow[]> {
  const page = { before: null, limit: limits.taskChildren };
  return (await store.finder.guardedList({ tenantId, kind: 'task', group }, page)).rows;
}

/** A task's row; throws `not_found`. */
export async function foundTask(
  { store }: Pick<ApiDeps, 'store'>,
  query: { readonly tenantId: TenantId; readonly id: string },
): Promise<GuardedRow> {
  const row = await store.finder.guarded({ ...query, kind: 'task' });
  if (row === null) throw new AppError('not_found', 'There is no such task.');
  return row;
}
