import { Type } from '../schemas/type.ts';
import type { Static } from 'typebox';
import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import type { TaskStart } from '../../ingest/task-report.ts';
import { assertAddress } from '../assert-address.ts';
import { checkerOf } from '../checker.ts';
import type { ApiDeps } from '../deps.ts';
import { etagOf } from '../etag.ts';
import { listAnswer, listOf, listQuery, pageOf } from '../listing.ts';
import { callbackErrors, callbackOf } from '../read-callback.ts';
import { detailsOf, readTaskBody } from '../read-task-body.ts';
import { route } from '../route.ts';
import type { Call } from '../route.ts';
import { closed, idParams, whole } from '../schemas/fields.ts';
import {
  NewTaskBody,
  TaskBody,
  TaskDoneBody,
  taskState,
  TaskSummaryBody,
} from '../schemas/task-schema.ts';
import { answerTask, keepTask } from '../answer-task.ts';
import { childrenOf, latestEvent } from '../task-reads.ts';
import { traceHeaders } from '../traced.ts';
import { taskSummaryView, taskText } from '../views/task-view.ts';
import { readTaskEvents } from './task-events.ts';
import { taskReportRoutes } from './task-reports.ts';

const checkStart = checkerOf(NewTaskBody);

const startTask = route({
  method: 'POST',
  path: '/v1/tasks',
  summary: 'Start a task; its first event is task.started',
  scope: 'events:write',
  body: NewTaskBody,
  isBodyRaw: true,
  isBodyOptional: true,
  bodyBytes: limits.eventBytes + limits.envelopeBytes,
  isIdempotent: true,
  headers: traceHeaders,
  answers: { 200: TaskDoneBody, 201: TaskDoneBody },
  fails: [
    'already_exists',
    'conflict',
    'validation_failed',
    'payload_too_large',
    'fan_out_too_large',
    'address_forbidden',
    'too_many_callback_origins',
    'idempotency_conflict',
    'overloaded',
    'disk_full',
  ],
  handle: async (call, deps) => {
    const { start, id } = readStart(deps, call);
    const ref = {
      tenantId: call.access.tenant,
      kind: 'task',
      id: id ?? deps.ids.make('task'),
    } as const;
    return answerTask(await deps.tasks.start(ref, start, keepTask(call, 201)), 201);
  },
});

function readStart(deps: ApiDeps, call: Call): { start: TaskStart; id: string | null } {
  const read = readTaskBody(call, checkStart);
  const body = read.body as Static<typeof NewTaskBody>;
  const errors = startErrors(body);
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  if (body.callback !== undefined) assertAddress(deps, body.callback.url, '/callback/url');
  const start = {
    name: body.name ?? null,
    parentTaskId: body.parentTaskId ?? null,
    source: body.source ?? null,
    metadata: body.metadata ?? null,
    stallAfterMs: body.stallAfterMs ?? null,
    callback: callbackOf(body.callback),
    correlationId: body.correlationId ?? null,
    causationId: body.causationId ?? null,
    trace: call.trace,
    details: detailsOf(read, ['message', 'data', 'metadata', 'stallAfterMs']),
  };
  return { start, id: body.id ?? null };
}

function startErrors({ callback, metadata }: Static<typeof NewTaskBody>) {
  const errors = callback === undefined ? [] : callbackErrors(callback);
  const bytes = metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(metadata));
  if (bytes <= limits.metadataBytes) return errors;
  return [...errors, { pointer: '/metadata', message: `has over ${limits.metadataBytes} bytes` }];
}

const listTasks = route({
  method: 'GET',
  path: '/v1/tasks',
  summary: 'List tasks, newest first',
  scope: 'read',
  query: closed({
    ...listQuery,
    state: Type.Optional(taskState),
    parentTaskId: Type.Optional(Type.String({ description: 'Only the parts of this task.' })),
  }),
  answers: { 200: listOf(TaskSummaryBody) },
  fails: ['cursor_mismatch', 'validation_failed'],
  handle: async (call, { store }) => {
    const { state, parentTaskId } = call.query;
    const filter = {
      ...{ tenantId: call.access.reach, kind: 'task' as const },
      ...(state === undefined ? {} : { state }),
      ...(parentTaskId === undefined ? {} : { group: parentTaskId }),
    };
    return listAnswer(call, await store.finder.guardedList(filter, pageOf(call)), taskSummaryView);
  },
});

const readTask = route({
  method: 'GET',
  path: '/v1/tasks/{id}',
  summary: 'Show a task, at once or when it has ended or gone on',
  scope: 'read',
  params: idParams,
  query: closed({
    waitMs: Type.Optional(
      whole(0, limits.waitMs, 'Answers when the task has ended, at the latest after so long.'),
    ),
    sinceSequence: Type.Optional(
      whole(0, Number.MAX_SAFE_INTEGER, 'With waitMs: answers also past this sequence.'),
    ),
  }),
  answers: { 200: TaskBody },
  fails: ['not_found', 'validation_failed'],
  handle: async ({ access, params, query }, deps) => {
    const asked = { tenantId: access.tenant, id: params.id };
    const { waitMs = 0, sinceSequence: since = null } = query;
    const row = await deps.taskWaits.wait({ ...asked, waitMs, since });
    if (row === null) throw new AppError('not_found', 'There is no such task.');
    const [latest, children] = [await latestEvent(deps, row), await childrenOf(deps, row)];
    const headers = { etag: etagOf(row.version) };
    return { status: 200, text: taskText(row, { latest, children }), headers };
  },
});

/** Routes about tasks. */
export const taskRoutes = [startTask, listTasks, readTask, readTaskEvents, ...taskReportRoutes];
