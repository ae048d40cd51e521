import { Type } from '../schemas/type.ts';
import { AppError } from '../../core/app-error.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { Position } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { hasEnded, taskOf } from '../../core/task/task.ts';
import type { GuardedRow } from '../../store/finder.ts';
import type { ApiDeps } from '../deps.ts';
import { eventStream } from '../event-stream.ts';
import { route } from '../route.ts';
import type { Answer, Call } from '../route.ts';
import { closed, idParams, whole } from '../schemas/fields.ts';
import { taskStreamQuery } from '../schemas/stream-schema.ts';
import { TaskEventsBody } from '../schemas/task-schema.ts';
import { endlessAnswer } from '../stream-answer.ts';
import { assertGrantsTask, isRefused } from '../stream-grant.ts';
import { streamPosition } from '../stream-position.ts';
import { foundTask } from '../task-reads.ts';
import { taskEventsText } from '../views/task-view.ts';

/** The history of a task, oldest first: as JSON, or as a stream that ends with the task. */
export const readTaskEvents = route({
  method: 'GET',
  path: '/v1/tasks/{id}/events',
  summary: 'Show the events of a task, oldest first, or follow them as server-sent events',
  scope: 'read',
  isForPages: true,
  params: idParams,
  headers: {
    'Last-Event-ID': 'The `id` of the last message that was seen: goes on after it.',
  },
  query: closed({
    since: Type.Optional(
      whole(0, Number.MAX_SAFE_INTEGER, 'Only those past this sequence; all when not said.'),
    ),
    limit: Type.Optional(
      whole(1, limits.listMax, `How many at most; ${limits.listDefault} when not said.`),
    ),
    ...taskStreamQuery,
  }),
  answers: { 200: TaskEventsBody, 204: null },
  otherAnswers: { 'text/event-stream': Type.Unknown({ description: 'Messages.' }) },
  fails: [
    'not_found',
    'cursor_mismatch',
    'cursor_too_old',
    'validation_failed',
    'too_many_streams',
  ],
  handle: async (call, deps) => {
    const { access, params, query } = call;
    assertGrantsTask(access.grant, params.id);
    const row = await foundTask(deps, { tenantId: access.tenant, id: params.id });
    if (wantsStream(call)) return followTask(call, row, deps);
    const { since = 0, limit = limits.listDefault } = query;
    return {
      status: 200,
      text: taskEventsText(row, await eventsSince(deps, row, { since, limit })),
    };
  },
});

/** A token is made for pages, which ask for streams alone. */
function wantsStream({ headers, access }: Pick<Call, 'headers' | 'access'>): boolean {
  return access.grant !== undefined || headers.accept?.includes('text/event-stream') === true;
}

async function followTask(
  call: Call<unknown, { readonly after?: string }>,
  { tenantId, id: taskId, version, value }: GuardedRow,
  deps: ApiDeps,
): Promise<Answer> {
  const after = (await streamPosition(call, call.query.after, deps)) ?? (0 as Position);
  if (hasEnded(taskOf(value)) && after > 0) {
    const [last] = await historyOf(deps, { tenantId, id: taskId }, version);
    // 204 is what keeps a page from connecting again.
    if (last !== undefined && after >= last.position) return { status: 204 };
  }
  return endlessAnswer(call, async () => {
    const reader = await deps.feed.open({ tenantId, taskId, after, wants: () => true });
    return eventStream(reader, {
      isLast: ({ type }) => endingTypes.has(type),
      isRefused: () => isRefused(call.access, deps),
    });
  });
}

const endingTypes = new Set(['task.completed', 'task.failed', 'task.cancelled']);

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
  const [found] = await historyOf({ store }, { tenantId, id }, sequence);
  if (found === undefined) throw new AppError('cursor_too_old');
  return found.position;
}

function historyOf(
  { store }: Pick<ApiDeps, 'store'>,
  { tenantId, id }: Pick<GuardedRow, 'tenantId' | 'id'>,
  sequence: number,
) {
  const asked = { after: sequence - 1, upTo: sequence, limit: 1 };
  return store.finder.guardedHistory({ tenantId, kind: 'task', id, ...asked });
}
