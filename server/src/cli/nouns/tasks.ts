import type { Static } from 'typebox';
import type { TaskBody, TaskSummaryBody } from '../../api/schemas/task-schema.ts';
import type { Noun } from '../command.ts';
import { listCommand } from '../list-command.ts';
import { serverCommand } from '../server-command.ts';
import { idCommand } from '../show.ts';
import { taskReportCommands } from './task-reports.ts';
import { watchTask } from './watch-task.ts';

type Summary = Static<typeof TaskSummaryBody>;

const taskId = ['<id>', 'the id of a task'] as const;

const list = listCommand<Summary>({
  name: 'tasks list',
  path: '/v1/tasks',
  summary: 'list tasks, newest first',
  examples: ['posthorn tasks', 'posthorn tasks --state running --since 1h --json'],
  isDefault: true,
  filters: [
    { flags: '--state <state>', asks: 'state', says: 'in this state' },
    { flags: '--parent <id>', asks: 'parentTaskId', says: 'parts of this task' },
  ],
  cells: ({ createdAt, state, sequence, step, progress, name, id }) => [
    ...[createdAt, state, `#${sequence}`, step ?? '-', progress === null ? '-' : `${progress}`],
    ...[name ?? '-', id],
  ],
  none: 'no such tasks',
});

const get = idCommand<Static<typeof TaskBody>>({
  name: 'tasks get',
  takes: taskId,
  summary: 'show how a task stands, with its result and its parts',
  examples: ['posthorn tasks get report-7', 'posthorn tasks get report-7 --json | jq .result'],
  request: (id) => ({ path: `/v1/tasks/${id}` }),
});

const watch = serverCommand({
  name: 'tasks watch',
  takes: [taskId],
  summary: 'show each report until a task has ended',
  examples: ['posthorn tasks watch report-7', 'posthorn tasks watch report-7 --json'],
  about: ['Ends with 0 when it was completed, with 1 when it failed or was cancelled.'],
  run: (call) => watchTask(call, call.args[0] ?? ''),
});

/** `posthorn tasks`: long work, from its start to its end. */
export const tasksNoun: Noun = {
  noun: 'tasks',
  summary: 'report long work, and see how far it is',
  commands: [list, get, watch, ...taskReportCommands],
};
