import type { Static, TSchema } from 'typebox';
import { limits } from '../../core/limits.ts';
import type { TaskReport } from '../../ingest/task-report.ts';
import { answerTask, keepTask } from '../answer-task.ts';
import { checkerOf } from '../checker.ts';
import { detailsOf, readTaskBody } from '../read-task-body.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';
import { idParams } from '../schemas/fields.ts';
import {
  TaskCancelBody,
  TaskCompleteBody,
  TaskDoneBody,
  TaskFailBody,
  TaskProgressBody,
  TaskWaitBody,
} from '../schemas/task-schema.ts';
import { traceHeaders } from '../traced.ts';

type ReportRoute = {
  readonly verb: string;
  readonly type: TaskReport['type'];
  readonly summary: string;
  readonly body: TSchema;
  /** Members that its event carries as they came, in this order. */
  readonly carries: readonly string[];
  /** Whether there is something that must be said. */
  readonly isBodyNeeded: boolean;
};

const reports: readonly ReportRoute[] = [
  {
    verb: 'progress',
    type: 'task.progress',
    summary: 'Report progress; a waiting task goes on by it',
    body: TaskProgressBody,
    carries: ['message', 'data', 'model', 'tokenUsage'],
    isBodyNeeded: false,
  },
  {
    verb: 'wait',
    type: 'task.waiting',
    summary: 'Report that a task waits for input, by a person or from elsewhere',
    body: TaskWaitBody,
    carries: ['reason', 'message', 'data'],
    isBodyNeeded: true,
  },
  {
    verb: 'complete',
    type: 'task.completed',
    summary: 'End a task with its result',
    body: TaskCompleteBody,
    carries: ['result', 'message', 'model', 'tokenUsage'],
    isBodyNeeded: false,
  },
  {
    verb: 'fail',
    type: 'task.failed',
    summary: 'End a task that failed',
    body: TaskFailBody,
    carries: ['error', 'data', 'model', 'tokenUsage'],
    isBodyNeeded: true,
  },
  {
    verb: 'cancel',
    type: 'task.cancelled',
    summary: 'End a task that is given up',
    body: TaskCancelBody,
    carries: ['reason', 'data', 'model', 'tokenUsage'],
    isBodyNeeded: false,
  },
];

/** Routes by which is said how a task goes. */
export const taskReportRoutes: readonly Route[] = reports.map(reportRoute);

function reportRoute({ verb, type, summary, body, carries, isBodyNeeded }: ReportRoute): Route {
  const check = checkerOf(body);
  return route({
    method: 'POST',
    path: `/v1/tasks/{id}/${verb}`,
    summary,
    scope: 'events:write',
    params: idParams,
    body,
    isBodyRaw: true,
    isBodyOptional: !isBodyNeeded,
    bodyBytes: limits.eventBytes + limits.envelopeBytes,
    isIdempotent: true,
    headers: traceHeaders,
    answers: { 200: TaskDoneBody },
    fails: [
      'not_found',
      'wrong_state',
      'conflict',
      'validation_failed',
      'payload_too_large',
      'fan_out_too_large',
      'idempotency_conflict',
      'overloaded',
      'disk_full',
    ],
    handle: async (call, deps) => {
      const read = readTaskBody(call, check);
      const { step, progress, causationId } = read.body as Static<typeof TaskProgressBody>;
      const report = {
        ...{ type, step: step ?? null, progress: progress ?? null },
        ...{ causationId: causationId ?? null, trace: call.trace },
        details: detailsOf(read, carries),
      };
      const ref = { tenantId: call.access.tenant, kind: 'task', id: call.params.id } as const;
      return answerTask(await deps.tasks.report(ref, report, keepTask(call, 200)), 200);
    },
  });
}
