import { createHash } from 'node:crypto';
import { AppError } from '../core/app-error.ts';
import type { Clock } from '../core/clock.ts';
import type { EventId, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { Seal } from '../core/seal.ts';
import { moveTask } from '../core/task/move-task.ts';
import type { TaskCall } from '../core/task/move-task.ts';
import { hasEnded, taskOf } from '../core/task/task.ts';
import type { Task, TaskNews } from '../core/task/task.ts';
import type { TaskDetails } from '../core/task/task-event.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import { GuardedChanges } from './change-guarded.ts';
import type { DecideStep, GuardedRef, GuardedStep } from './change-guarded.ts';
import { KnownRows } from './known-rows.ts';
import type { Ingest } from './new-event.ts';
import type { Cause } from './plan-event.ts';
import { startTask } from './start-task.ts';
import { openedCallback } from './task-callback.ts';
import { taskDone } from './task-report.ts';
import type {
  KeepTaskAnswer,
  TaskAnswer,
  TaskOutline,
  TaskReport,
  TaskStart,
} from './task-report.ts';
import { taskStep } from './task-step.ts';

export type TaskReportsDeps = {
  readonly ingest: Pick<Ingest, 'accept'>;
  readonly clock: Clock;
  readonly finder: Pick<Finder, 'event' | 'guarded'>;
  readonly seal: Seal;
  readonly ids: IdMaker;
  /** Whether no other node takes in reports; see {@link GuardedChanges}. */
  readonly isAlone?: boolean;
  /** Told of each task that something new was said of. */
  readonly changed: (news: TaskNews) => void;
};

/** Starts tasks and takes in what is said of them: each report is an event. */
export class TaskReports {
  readonly #deps: TaskReportsDeps;
  readonly #changes: GuardedChanges;

  constructor(deps: TaskReportsDeps) {
    this.#deps = deps;
    const most = { rows: limits.tasksKnown, bytes: limits.tasksKnownBytes };
    this.#changes = new GuardedChanges({ ...deps, known: new KnownRows(most) });
  }

  /** Throws `already_exists` for an id that was started with something else. */
  async start(ref: GuardedRef, start: TaskStart, keep: KeepTaskAnswer | null): Promise<TaskAnswer> {
    const parent = await this.#parentOf(ref, start);
    const cause = await this.#causeOf(ref.tenantId, start.causationId);
    const { seal, ids } = this.#deps;
    return this.#change(ref, (row, at) =>
      startTask({ ref, row, start, parent, cause, keep, at }, { seal, ids }),
    );
  }

  /** Throws `not_found`, and `wrong_state` when its state does not allow it. */
  async report(
    ref: GuardedRef,
    report: TaskReport,
    keep: KeepTaskAnswer | null,
  ): Promise<TaskAnswer> {
    const cause = await this.#causeOf(ref.tenantId, report.causationId);
    const { ids } = this.#deps;
    const call = callOf(report, () => ids.make('event'));
    return this.#change(ref, (row, at) => {
      if (row === null) throw new AppError('not_found');
      return this.#reported({ ref, row, at }, { report, call, cause, keep });
    });
  }

  #reported(
    { ref, row, at }: { ref: GuardedRef; row: GuardedRow; at: Instant },
    {
      report,
      call,
      cause: found,
      keep,
    }: { report: TaskReport; call: TaskCall; cause: Cause | null; keep: KeepTaskAnswer | null },
  ): GuardedStep<TaskOutline> {
    const before = taskOf(row.value);
    const move = moveTask(before, call, at);
    switch (move.is) {
      case 'repeated':
        return { is: 'unchanged', answer: repeatedOutline(row, before) };
      case 'refused':
        throw new AppError('wrong_state', `The task is ${move.state}.`);
      case 'too_many_steps':
        throw new AppError('validation_failed', undefined, { errors: [tooManySteps] });
      case 'moved': {
        const { correlationId, hops, startedEventId } = before.chain;
        return taskStep({
          ...{ ref, at, keep, task: move.task, isFirstOfStep: move.isFirstOfStep },
          ...{ type: report.type, details: report.details, trace: report.trace },
          sequence: row.version + 1,
          eventId: call.do === 'end' ? call.eventId : null,
          callback: openedCallback(this.#deps.seal, ref, before),
          causationId: report.causationId ?? startedEventId,
          cause: { correlationId, hops: Math.max(found?.hops ?? 0, hops) },
        });
      }
      default:
        return move satisfies never;
    }
  }

  async #change(ref: GuardedRef, decide: DecideStep<TaskOutline>): Promise<TaskAnswer> {
    const { answer, accepted } = await this.#changes.change(ref, decide);
    if (accepted?.is === 'repeated') return { is: 'kept', row: accepted.row };
    if (accepted !== null) {
      const { tenantId, id } = ref;
      const { sequence } = answer;
      this.#deps.changed({ tenantId, id, sequence, hasEnded: hasEnded(answer) });
    }
    return { is: 'done', done: taskDone(answer, accepted) };
  }

  async #parentOf({ tenantId }: GuardedRef, { parentTaskId }: TaskStart): Promise<Task | null> {
    if (parentTaskId === null) return null;
    const row = await this.#deps.finder.guarded({ tenantId, kind: 'task', id: parentTaskId });
    if (row === null) throw wrongParent('is not a task');
    const parent = taskOf(row.value);
    if (parent.depth + 1 < limits.taskDepth) return parent;
    throw wrongParent(`has ${parent.depth} tasks above it; ${limits.taskDepth} is the deepest`);
  }

  async #causeOf(tenantId: TenantId, causationId: string | null): Promise<Cause | null> {
    if (causationId === null) return null;
    return this.#deps.finder.event({ tenantId, id: causationId as EventId });
  }
}

const tooManySteps = {
  pointer: '/step',
  message: `would be one more than the ${limits.taskSteps} steps that a task may have`,
};

function wrongParent(message: string): AppError {
  const errors = [{ pointer: '/parentTaskId', message }];
  return new AppError('validation_failed', undefined, { errors });
}

function repeatedOutline({ id, version }: GuardedRow, { state, end }: Task): TaskOutline {
  return { id, state, sequence: version, repeats: { eventId: end?.eventId ?? null } };
}

function callOf(
  { type, step = null, progress = null, details }: TaskReport,
  makeId: () => EventId,
): TaskCall {
  switch (type) {
    case 'task.progress':
      return { do: 'progress', step, progress };
    case 'task.waiting':
      return { do: 'wait' };
    case 'task.stalled':
      return { do: 'stall' };
    case 'task.completed':
    case 'task.failed':
    case 'task.cancelled':
      return { do: 'end', as: ends[type], digest: digestOf(details), eventId: makeId() };
    default:
      return type satisfies never;
  }
}

const ends = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.cancelled': 'cancelled',
} as const;

function digestOf(details: TaskDetails): string {
  return createHash('sha256').update(JSON.stringify(details)).digest('base64url');
}
