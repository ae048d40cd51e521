import { Type } from './type.ts';
import type { TSchema } from 'typebox';
import type { TaskEventType } from '../../core/task/task-event.ts';
import { closed, metadata, shown } from './fields.ts';
import { NewTaskBody, TaskCancelBody, TaskFailBody, TaskProgressBody } from './task-schema.ts';
import { TaskCompleteBody, taskState, TaskWaitBody } from './task-schema.ts';

const opening = {
  taskId: shown('The task.'),
  name: Type.Optional(shown('What it is.')),
  parentTaskId: Type.Optional(shown('The task that it is a part of.')),
  sequence: Type.Integer({ minimum: 1, description: 'Its number in the task; none is left out.' }),
  state: taskState,
  step: Type.Optional(shown('The step that the task is in.')),
  progress: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: '0 to 1.' })),
};
const timestamp = shown('When it was said.');

function told(details: Record<string, TSchema>) {
  return closed({ ...opening, ...details, timestamp });
}

const { message, data, model, tokenUsage } = TaskProgressBody.properties;

const byType: Readonly<Record<TaskEventType, TSchema>> = {
  'task.started': told({
    ...{ message, data, metadata: Type.Optional(metadata) },
    stallAfterMs: NewTaskBody.properties.stallAfterMs,
  }),
  'task.progress': told({ message, data, model, tokenUsage }),
  'task.waiting': told({ reason: TaskWaitBody.properties.reason, message, data }),
  'task.completed': told({
    ...{ result: TaskCompleteBody.properties.result, message, model, tokenUsage },
  }),
  'task.failed': told({ error: TaskFailBody.properties.error, data, model, tokenUsage }),
  'task.cancelled': told({ reason: TaskCancelBody.properties.reason, data, model, tokenUsage }),
  'task.stalled': told({
    stallAfterMs: Type.Integer({ description: 'The silence that it had set itself.' }),
    lastReportAt: shown('When its newest report came.'),
  }),
};

/** What the data of each event of a task holds, by its type. */
export const taskEventSchemas: Readonly<Record<string, TSchema>> = byType;
