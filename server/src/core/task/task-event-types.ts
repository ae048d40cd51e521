import { exampleIds } from '../example-ids.ts';
import type { JsonObject } from '../json.ts';
import type { TaskEventType } from './task-event.ts';

const common = { taskId: exampleIds.task, name: 'Quarterly report' };
const timestamp = '2026-01-31T12:04:11.000Z';
const tokenUsage = { input: 5_120, output: 840, total: 5_960 };

function sample(sequence: number, state: string, rest: JsonObject): JsonObject {
  return { ...common, sequence, state, ...rest, timestamp };
}

const types: Readonly<Record<TaskEventType, readonly [description: string, sample: JsonObject]>> = {
  'task.started': [
    'A task was started.',
    sample(1, 'running', { metadata: { region: 'eu' }, stallAfterMs: 120_000 }),
  ],
  'task.progress': [
    'A task reports how far it is; a later report of a step may take the place of an unsent one.',
    sample(2, 'running', { step: 'analyzing', progress: 0.25, message: 'Reading 3 of 12 pages' }),
  ],
  'task.waiting': [
    'A task waits for input; its next report of progress ends that.',
    sample(3, 'waiting', { step: 'analyzing', progress: 0.25, reason: 'approval' }),
  ],
  'task.completed': [
    'A task has ended with its result; no event of it follows.',
    sample(4, 'completed', {
      ...{ step: 'validating', progress: 1, result: { url: 'https://example.com/reports/4711' } },
      ...{ model: 'large-2', tokenUsage },
    }),
  ],
  'task.failed': [
    'A task has failed; no event of it follows.',
    sample(4, 'failed', {
      ...{ step: 'generating', progress: 0.6 },
      error: { code: 'model_overloaded', message: 'No capacity', retryable: true },
    }),
  ],
  'task.cancelled': [
    'A task was given up; no event of it follows.',
    sample(4, 'cancelled', { step: 'generating', reason: 'The customer closed the chat' }),
  ],
  'task.stalled': [
    'A task said nothing for as long as it had set itself; told once for each silence.',
    sample(3, 'running', {
      ...{ step: 'analyzing', progress: 0.25, stallAfterMs: 120_000 },
      lastReportAt: '2026-01-31T12:02:11.000Z',
    }),
  ],
};

/** The types of events that tell of tasks, with what their data may look like. */
export const taskEventTypes = Object.entries(types).map(([id, [description, data]]) => ({
  ...{ id, description, sample: data },
}));
