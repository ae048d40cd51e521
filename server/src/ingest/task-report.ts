import type { EventId } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { TaskState } from '../core/task/task.ts';
import type { TraceContext } from '../core/trace-context.ts';
import type { TaskDetails, TaskEventType } from '../core/task/task-event.ts';
import type { IdempotencyRow } from '../store/idempotency.ts';
import type { Accepted, NewCallback } from './new-event.ts';

/** A task as somebody starts it; its callback's URL was judged where it entered. */
export type TaskStart = {
  readonly name: string | null;
  readonly parentTaskId: string | null;
  readonly source: string | null;
  readonly metadata: JsonObject | null;
  readonly stallAfterMs: number | null;
  readonly callback: NewCallback | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly trace: TraceContext | null;
  /** What its event carries besides. */
  readonly details: TaskDetails;
};

/** What is said of a task that was started. */
export type TaskReport = {
  readonly type: Exclude<TaskEventType, 'task.started'>;
  /** Of `task.progress` alone, as the next. */
  readonly step?: string | null;
  readonly progress?: number | null;
  readonly causationId: string | null;
  readonly trace: TraceContext | null;
  readonly details: TaskDetails;
};

/** What came of a call. */
export type TaskDone = {
  readonly id: string;
  readonly state: TaskState;
  readonly sequence: number;
  readonly eventId: EventId | null;
  readonly deliveryCount: number;
  /** Whether it was said before in the same words; then nothing is new. */
  readonly isRepeated: boolean;
  /** Whose secret signs what goes to the callback; null when nothing does. */
  readonly callbackSignedWith: 'callback' | 'tenant' | null;
  /** Why nobody is sent its event yet; not there when they are. */
  readonly held?: 'hops';
};

/** What an answer says before it is known who gets the event. */
export type TaskOutline = Pick<TaskDone, 'id' | 'state' | 'sequence'> & {
  /** The event that told of the same before, if it is known; null when this one is new. */
  readonly repeats: { readonly eventId: EventId | null } | null;
};

/** The answer, once it is known what became of the event; null when there was none to accept. */
export function taskDone(
  { repeats, ...outline }: TaskOutline,
  accepted: Accepted | null,
): TaskDone {
  const held = accepted?.is === 'accepted' ? accepted.held : undefined;
  const isNew = accepted?.is === 'accepted' || accepted?.is === 'duplicate';
  return {
    ...outline,
    eventId: isNew ? accepted.id : (repeats?.eventId ?? null),
    deliveryCount: isNew ? accepted.deliveryCount : 0,
    isRepeated: repeats !== null,
    callbackSignedWith: accepted?.is === 'accepted' ? accepted.callbackSignedWith : null,
    ...(held === undefined ? {} : { held }),
  };
}

/** Makes the row by which an answer is given again to the same request. */
export type KeepTaskAnswer = (done: TaskDone) => IdempotencyRow;

/** What came of a call, or the answer that was kept of the same request. */
export type TaskAnswer =
  | { readonly is: 'done'; readonly done: TaskDone }
  | { readonly is: 'kept'; readonly row: IdempotencyRow };
