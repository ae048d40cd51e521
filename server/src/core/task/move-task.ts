import type { EventId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { hasEnded, stallsAt } from './task.ts';
import type { Task, TaskEnd, TaskState } from './task.ts';

/** What is said of a task after its start. */
export type TaskCall =
  | { readonly do: 'progress'; readonly step: string | null; readonly progress: number | null }
  | { readonly do: 'wait' }
  /** `digest` tells what it ends with from anything else; `eventId` is to tell of it. */
  | {
      readonly do: 'end';
      readonly as: TaskEnd;
      readonly digest: string;
      readonly eventId: EventId;
    }
  /** Nothing was said for too long. */
  | { readonly do: 'stall' };

/** What follows from a call. */
export type TaskMove =
  | { readonly is: 'moved'; readonly task: Task; readonly isFirstOfStep: boolean }
  /** It was said before in the same words, or no longer matters: nothing is new. */
  | { readonly is: 'repeated' }
  | { readonly is: 'refused'; readonly state: TaskState }
  | { readonly is: 'too_many_steps' };

/**
 * Decides what becomes of a task. A report without a step goes on with the step before; progress
 * ends waiting; an end said twice in the same words is one end.
 */
export function moveTask(task: Task, call: TaskCall, now: Instant): TaskMove {
  switch (call.do) {
    case 'progress':
      return hasEnded(task) ? refused(task) : report(task, call, now);
    case 'wait':
      return hasEnded(task) ? refused(task) : moved(task, { state: 'waiting' }, now);
    case 'end':
      return hasEnded(task) ? endAgain(task, call) : end(task, call, now);
    case 'stall':
      return stall(task, now);
    default:
      return call satisfies never;
  }
}

function report(
  task: Task,
  { step: named, progress }: Extract<TaskCall, { do: 'progress' }>,
  now: Instant,
): TaskMove {
  const step = named ?? task.step;
  const isFirstOfStep = !task.steps.includes(step ?? '');
  if (isFirstOfStep && task.steps.length >= limits.taskSteps) return { is: 'too_many_steps' };
  const steps = isFirstOfStep ? [...task.steps, step ?? ''] : task.steps;
  const changes = { state: 'running', step, steps, progress: progress ?? task.progress } as const;
  return { ...moved(task, changes, now), isFirstOfStep };
}

function end(
  task: Task,
  { as, digest, eventId }: Extract<TaskCall, { do: 'end' }>,
  now: Instant,
): TaskMove {
  const isWhole = as === 'completed' && task.progress !== null;
  const progress = isWhole ? 1 : task.progress;
  return moved(task, { state: as, end: { digest, eventId }, endedAt: now, progress }, now);
}

function endAgain(task: Task, { as, digest }: Extract<TaskCall, { do: 'end' }>): TaskMove {
  const isSame = task.state === as && task.end?.digest === digest;
  return isSame ? { is: 'repeated' } : refused(task);
}

function stall(task: Task, now: Instant): TaskMove {
  const at = stallsAt(task);
  if (at === null || at > now) return { is: 'repeated' };
  return { is: 'moved', task: { ...task, isStalled: true }, isFirstOfStep: false };
}

function moved(task: Task, changes: Partial<Task>, now: Instant) {
  const next = { ...task, ...changes, isStalled: false, reportedAt: now };
  return { is: 'moved', task: next, isFirstOfStep: false } as const;
}

function refused({ state }: Task): TaskMove {
  return { is: 'refused', state };
}
