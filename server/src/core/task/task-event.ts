import type { Instant } from '../instant.ts';
import type { Task } from './task.ts';

/** What tells of each step of a task. */
export type TaskEventType =
  | 'task.started'
  | 'task.progress'
  | 'task.waiting'
  | 'task.completed'
  | 'task.failed'
  | 'task.cancelled'
  | 'task.stalled';

/** Members of an event's data, each with its value as JSON text. */
export type TaskDetails = readonly (readonly [name: string, json: string])[];

/**
 * The data of an event of a task, as JSON text: who and how it stands, then what its report
 * brought, word for word.
 */
export function taskEventData({
  taskId,
  sequence,
  task,
  details,
  at,
}: {
  taskId: string;
  sequence: number;
  task: Task;
  details: TaskDetails;
  at: Instant;
}): string {
  const { name, parentTaskId, state, step, progress } = task;
  const known = { taskId, name, parentTaskId, sequence, state, step, progress };
  const given = Object.entries(known).filter(([, value]) => value !== null);
  const members = [
    ...given.map(([key, value]) => [key, JSON.stringify(value)] as const),
    ...details,
    ['timestamp', `"${new Date(at).toISOString()}"`] as const,
  ];
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
