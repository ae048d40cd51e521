import { createHash } from 'node:crypto';
import { AppError } from '../core/app-error.ts';
import type { EventId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { Seal } from '../core/seal.ts';
import { taskOf } from '../core/task/task.ts';
import type { Task, TaskChain } from '../core/task/task.ts';
import type { GuardedRow } from '../store/finder.ts';
import type { GuardedRef, GuardedStep } from './change-guarded.ts';
import type { Cause } from './plan-event.ts';
import { sealedCallback } from './task-callback.ts';
import type { KeepTaskAnswer, TaskOutline, TaskStart } from './task-report.ts';
import { taskStep } from './task-step.ts';

/** What a start is decided from. */
export type StartParts = {
  readonly ref: GuardedRef;
  /** The task of that id; null when there is none. */
  readonly row: GuardedRow | null;
  readonly start: TaskStart;
  readonly parent: Task | null;
  /** The event that it continues, if that is known. */
  readonly cause: Cause | null;
  readonly keep: KeepTaskAnswer | null;
  readonly at: Instant;
};

/** Starts a task, once; throws `already_exists` when the id was started with something else. */
export function startTask(
  parts: StartParts,
  deps: { readonly seal: Seal; readonly ids: IdMaker },
): GuardedStep<TaskOutline> {
  const { ref, row, start, parent, cause, keep, at } = parts;
  const startDigest = digestOf(start);
  if (row !== null) return startedBefore(row, startDigest);
  const eventId = deps.ids.make('event');
  const chain = chainOf({ start, parent, cause, eventId });
  return taskStep({
    ...{ ref, at, keep, eventId, sequence: 1, type: 'task.started', isFirstOfStep: true },
    task: newTask(parts, {
      chain,
      startDigest,
      callback: sealedCallback(deps.seal, ref, start.callback),
    }),
    ...{ details: start.details, callback: start.callback, trace: start.trace },
    causationId: start.causationId ?? parent?.chain.startedEventId ?? null,
    cause: chain.hops === 0 ? null : { correlationId: chain.correlationId, hops: chain.hops - 1 },
  });
}

function newTask(
  { start, parent, at }: StartParts,
  known: Pick<Task, 'chain' | 'startDigest' | 'callback'>,
): Task {
  const { name, parentTaskId, source, metadata, stallAfterMs } = start;
  return {
    ...{ name, state: 'running', isStalled: false, step: null, progress: null, steps: [] },
    ...{ parentTaskId, depth: parent === null ? 0 : parent.depth + 1 },
    ...{ source, metadata, stallAfterMs },
    ...known,
    ...{ end: null, startedAt: at, reportedAt: at, endedAt: null },
  };
}

/** A task belongs to the chain of its parent, else of its cause, else it begins one. */
function chainOf({
  start,
  parent,
  cause,
  eventId,
}: Pick<StartParts, 'start' | 'parent' | 'cause'> & { eventId: EventId }): TaskChain {
  const above = [parent?.chain, cause].flatMap((each) => each ?? []);
  const correlationId = above[0]?.correlationId ?? start.correlationId ?? eventId;
  const hops = above.length === 0 ? 0 : Math.max(...above.map((each) => each.hops)) + 1;
  return { startedEventId: eventId, correlationId, hops };
}

function startedBefore(row: GuardedRow, startDigest: string): GuardedStep<TaskOutline> {
  const task = taskOf(row.value);
  if (task.startDigest !== startDigest) throw new AppError('already_exists');
  const { id, version } = row;
  const repeats = { eventId: task.chain.startedEventId };
  return { is: 'unchanged', answer: { id, state: task.state, sequence: version, repeats } };
}

/** Of what is no secret: a digest of a poor secret would give it away. */
function digestOf({ callback, trace: _trace, ...rest }: TaskStart): string {
  const plain = callback === null ? null : [callback.url, callback.types];
  return createHash('sha256')
    .update(JSON.stringify([rest, plain]))
    .digest('base64url');
}
