import { AppError } from '../core/app-error.ts';
import type { EventId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Json } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { stallsAt } from '../core/task/task.ts';
import type { Task } from '../core/task/task.ts';
import { taskEventData } from '../core/task/task-event.ts';
import type { TaskDetails, TaskEventType } from '../core/task/task-event.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { GuardedRef, GuardedStep } from './change-guarded.ts';
import type { NewCallback, NewEvent } from './new-event.ts';
import type { Cause } from './plan-event.ts';
import { taskCarried } from './task-carried.ts';
import { taskDone } from './task-report.ts';
import type { KeepTaskAnswer, TaskOutline } from './task-report.ts';

/** A task as it becomes, and what tells of it. */
export type TaskStepParts = {
  readonly ref: GuardedRef;
  readonly task: Task;
  readonly sequence: number;
  readonly type: TaskEventType;
  /** Null to have one made. */
  readonly eventId: EventId | null;
  readonly isFirstOfStep: boolean;
  readonly details: TaskDetails;
  readonly callback: NewCallback | null;
  readonly causationId: string | null;
  /** Null for the first event of a chain. */
  readonly cause: Cause | null;
  readonly trace: TraceContext | null;
  readonly at: Instant;
  readonly keep: KeepTaskAnswer | null;
};

/** Writes a task's row with the event that tells of it. Throws `payload_too_large`. */
export function taskStep(parts: TaskStepParts): GuardedStep<TaskOutline> {
  const { ref, task, sequence, type, isFirstOfStep: isFirst, keep } = parts;
  const answer = { id: ref.id, state: task.state, sequence, repeats: null };
  return {
    is: 'event',
    event: taskEvent(parts),
    carries: taskCarried(ref.id, { type, step: task.step, isFirst }),
    write: {
      value: task as unknown as Json,
      group: task.parentTaskId,
      state: task.state,
      wakeAt: stallsAt(task),
      hasHistory: true,
    },
    answer,
    ...(keep === null ? {} : { keep: (accepted) => keep(taskDone(answer, accepted)) }),
  };
}

function taskEvent(parts: TaskStepParts): NewEvent {
  const { ref, task, type, eventId, callback, causationId, cause, trace, at } = parts;
  const data = Buffer.from(taskEventData({ ...parts, taskId: ref.id }));
  if (data.length > limits.eventBytes) {
    const detail = `The data of its event has over ${limits.eventBytes} bytes.`;
    throw new AppError('payload_too_large', detail);
  }
  const { source, metadata, chain } = task;
  return {
    ...{ id: eventId, type, data, contentType: 'application/json', time: at, deliverAt: null },
    ...{ source, key: ref.id, entity: null, metadata, ceId: null, callback },
    ...{ correlationId: chain.correlationId, causationId },
    ...(cause === null ? {} : { cause }),
    ...(trace === null ? {} : { trace }),
  };
}
