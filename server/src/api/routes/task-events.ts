import { Type } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { Position } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { GuardedRow } from '../../store/finder.ts';
import type { ApiDeps } from '../deps.ts';
import { route } from '../route.ts';
import { closed, idParams, whole } from '../schemas/fields.ts';
import { TaskEventsBody } from '../schemas/task-schema.ts';
import { foundTask } from '../task-reads.ts';
import { taskEventsText } from '../views/task-view.ts';

/** The history of a task as JSON, oldest first. */
export const readTaskEvents = route({
  method: 'GET',
  path: '/v1/tasks/{id}/events',
  summary: 'Show the events of a task, oldest first',
  scope: 'read',
  params: idParams,
  query: closed({
    since: Type.Optional(
      whole(0, Number.MAX_SAFE_INTEGER, 'Only those past this sequence; all when not said.'),
    ),
    limit: Type.Optional(
      whole(1, limits.listMax, `How many at most; ${limits.listDefault} when not said.`),
    ),
  }),
  answers: { 200: TaskEventsBody },
  fails: ['not_found', 'cursor_too_old', 'validation_failed'],
  handle: async ({ access, params, query }, deps) => {
    const row = await foundTask(deps, { tenantId: access.tenant, id: params.id });
    const { since = 0, limit = limits.listDefault } = query;
    return {
      status: 200,
      text: taskEventsText(row, await eventsSince(deps, row, { since, limit })),
    };
  },
});

async function eventsSince(
  deps: ApiDeps,
  row: GuardedRow,
  { since, limit }: { since: number; limit: number },
): Promise<readonly StoredEvent[]> {
  if (since >= row.version) return [];
  const { tenantId, id } = row;
  const page = await deps.store.finder.eventsAfter({
    ...{ tenantId, subject: { kind: 'task', id } as const },
    after: await positionOf(deps, row, since),
    ...{ limit, bytes: limits.taskHistoryBytes },
  });
  // Who asks for all gets what is kept; who goes on must hear of a gap.
  if (since > 0 && page.isTooOld) throw new AppError('cursor_too_old');
  return page.events;
}

async function positionOf(
  { store }: ApiDeps,
  { tenantId, id }: GuardedRow,
  sequence: number,
): Promise<Position> {
  if (sequence === 0) return 0 as Position;
  const asked = { after: sequence - 1, upTo: sequence, limit: 1 };
  const [found] = await store.finder.guardedHistory({ tenantId, kind: 'task', id, ...asked });
  if (found === undefined) throw new AppError('cursor_too_old');
  return found.position;
}
