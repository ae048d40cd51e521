import { sliceMembers } from '../../core/json-slice.ts';
import { taskOf } from '../../core/task/task.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { TaskDone } from '../../ingest/task-report.ts';
import type { GuardedRow } from '../../store/finder.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';
import { eventText } from './event-view.ts';

/** What came of a call, as it is answered. */
export function taskDoneView(done: TaskDone) {
  const { id, state, sequence, eventId, deliveryCount } = done;
  const { isRepeated: duplicate, callbackSignedWith: signedWith } = done;
  const hold = done.held === undefined ? {} : ({ held: true, reason: done.held } as const);
  const view = { id, state, sequence, eventId, deliveryCount, duplicate, ...hold };
  return signedWith === null ? view : { ...view, callback: { signedWith } };
}

/** A task as its parent shows it. */
function standingView({ id, version: sequence, value }: GuardedRow) {
  const { name, state, isStalled, step, progress } = taskOf(value);
  return { id, name, state, isStalled, sequence, step, progress };
}

/** A task as lists show it. */
export function taskSummaryView(row: GuardedRow) {
  const task = taskOf(row.value);
  const { parentTaskId, source, metadata, stallAfterMs } = task;
  return {
    ...standingView(row),
    tenantId: row.tenantId,
    steps: task.steps.filter((step) => step !== ''),
    ...{ parentTaskId, source, metadata, stallAfterMs },
    hasCallback: task.callback !== null,
    correlationId: task.chain.correlationId,
    createdAt: instantText(task.startedAt),
    updatedAt: instantText(task.reportedAt),
    endedAt: instantTextOrNull(task.endedAt),
  };
}

const shown = ['message', 'data', 'reason', 'result', 'error', 'model', 'tokenUsage'];

/** A task as JSON text; what its newest event says stands in it word for word. */
export function taskText(
  row: GuardedRow,
  { latest, children }: { latest: StoredEvent | null; children: readonly GuardedRow[] },
): string {
  const view = { ...taskSummaryView(row), children: children.map(standingView) };
  const members = latest === null ? [] : toldMembers(latest.data);
  return `${JSON.stringify(view).slice(0, -1)}${members.join('')}}`;
}

function toldMembers(data: Uint8Array): string[] {
  const sliced = sliceMembers(data, shown);
  if (sliced.is === 'invalid') return [];
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return [...sliced.members].map(
    ([name, { start, end }]) => `,"${name}":${text.toString('utf8', start, end)}`,
  );
}

/** A piece of a task's history as JSON text, each event with its data word for word. */
export function taskEventsText(
  { id: taskId, version: sequence }: GuardedRow,
  events: readonly StoredEvent[],
): string {
  const last = sequenceIn(events.at(-1));
  const nextSince = last === null || last >= sequence ? null : last;
  const around = JSON.stringify({ taskId, sequence, nextSince }).slice(0, -1);
  return `${around},"data":[${events.map(eventText).join(',')}]}`;
}

function sequenceIn(event: StoredEvent | undefined): number | null {
  if (event === undefined) return null;
  const text = Buffer.from(event.data).toString('utf8');
  return (JSON.parse(text) as { sequence: number }).sequence;
}
