import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventId } from '../ids.ts';
import { instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { moveTask } from './move-task.ts';
import type { TaskCall, TaskMove } from './move-task.ts';
import { hasEnded, stallsAt } from './task.ts';
import type { Task, TaskState } from './task.ts';

const stallAfterMs = 60_000;
const started: Task = {
  ...{ name: null, state: 'running', isStalled: false, step: null, progress: null, steps: [] },
  ...{ parentTaskId: null, depth: 0, source: null, metadata: null, stallAfterMs, callback: null },
  chain: { startedEventId: 'evt_1' as EventId, correlationId: 'evt_1', hops: 0 },
  ...{ startDigest: '', end: null, startedAt: instant(0), reportedAt: instant(0), endedAt: null },
};
const eventId = 'evt_2' as EventId;
const complete = { do: 'end', as: 'completed', digest: 'd', eventId } as const;

function progress(step: string | null = null, share: number | null = null): TaskCall {
  return { do: 'progress', step, progress: share };
}

function movedBy(task: Task, ...calls: readonly TaskCall[]): Task {
  return calls.reduce((before, call) => {
    const move = moveTask(before, call, instant(1));
    assert.ok(move.is === 'moved', move.is);
    return move.task;
  }, task);
}

const legal: [because: string, call: TaskCall, from: TaskState, to: TaskState][] = [
  ['a report of progress keeps it running', progress(), 'running', 'running'],
  ['progress means that what was waited for is there', progress(), 'waiting', 'running'],
  ['it may need something', { do: 'wait' }, 'running', 'waiting'],
  ['it may need something else', { do: 'wait' }, 'waiting', 'waiting'],
  ['it may end', complete, 'running', 'completed'],
  ['it may end while it waits', { ...complete, as: 'cancelled' }, 'waiting', 'cancelled'],
  ['it may fail', { ...complete, as: 'failed' }, 'running', 'failed'],
];
for (const [because, call, from, to] of legal) {
  test(`${call.do} leads from ${from} to ${to}: ${because}`, () => {
    const move = moveTask({ ...started, state: from }, call, instant(1));

    assert.equal(move.is === 'moved' ? move.task.state : move.is, to);
  });
}

test('only the first report of a step is its first', () => {
  const first = moveTask(started, progress('a'), instant(1));
  assert.ok(first.is === 'moved');
  const second = moveTask(first.task, progress('a'), instant(1));
  const again = moveTask(movedBy(first.task, progress('b')), progress('a'), instant(1));

  const isFirst = [first, second, again].map((move) => move.is === 'moved' && move.isFirstOfStep);
  assert.deepEqual(isFirst, [true, false, false]);
});

test('a report without a step or a share goes on with those of before', () => {
  const task = movedBy(started, progress('a', 0.4), progress(), progress('b'));

  assert.deepEqual([task.step, task.progress, task.steps], ['b', 0.4, ['a', 'b']]);
});

test('a task has as many steps as the limit says, and known ones go on', () => {
  const steps = Array.from({ length: limits.taskSteps }, (_, index) => progress(`s${index}`));
  const full = movedBy(started, ...steps);

  const more = moveTask(full, progress('more'), instant(1));
  const known = moveTask(full, progress('s0'), instant(1));

  assert.deepEqual([more.is, known.is], ['too_many_steps', 'moved']);
});

test('a silence is told of once, and a report makes the next one count', () => {
  const at = instant(stallAfterMs);
  const early = moveTask(started, { do: 'stall' }, instant(stallAfterMs - 1));
  const due = moveTask(started, { do: 'stall' }, at);
  assert.ok(due.is === 'moved');

  const again = moveTask(due.task, { do: 'stall' }, at);
  const reported = movedBy(due.task, progress());

  assert.deepEqual([early.is, due.task.isStalled, again.is], ['repeated', true, 'repeated']);
  assert.deepEqual([reported.isStalled, stallsAt(reported)], [false, stallAfterMs + 1]);
});

test('neither a task that waits nor one that has ended can stall', () => {
  const tasks = [movedBy(started, { do: 'wait' }), movedBy(started, complete)];

  assert.deepEqual(tasks.map(stallsAt), [null, null]);
});

const step = fc.option(fc.constantFrom('a', 'b', 'c'));
const end = fc.record({
  do: fc.constant('end' as const),
  as: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
  digest: fc.constantFrom('d', 'e'),
  eventId: fc.constant(eventId),
});
const call: fc.Arbitrary<TaskCall> = fc.oneof(
  {
    arbitrary: fc.tuple(step, fc.option(fc.float({ min: 0, max: 1 }))).map((of) => progress(...of)),
    weight: 4,
  },
  { arbitrary: fc.constant<TaskCall>({ do: 'wait' }), weight: 1 },
  { arbitrary: fc.constant<TaskCall>({ do: 'stall' }), weight: 1 },
  { arbitrary: end, weight: 1 },
);

/** What each of many calls led to, every minute one. */
function lived(calls: readonly TaskCall[]): { before: Task; call: TaskCall; move: TaskMove }[] {
  let task = started;
  return calls.map((each, minute) => {
    const before = task;
    const move = moveTask(before, each, instant((minute + 1) * stallAfterMs));
    if (move.is === 'moved') task = move.task;
    return { before, call: each, move };
  });
}

test('whatever is said, a task ends once and changes no more after that', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const moves = lived(calls);

      const ends = moves.filter(({ move }) => move.is === 'moved' && hasEnded(move.task));
      assert.ok(ends.length <= 1);
      for (const { before, call: said, move } of moves.filter((each) => hasEnded(each.before))) {
        const isSame =
          said.do === 'end' && said.as === before.state && said.digest === before.end?.digest;
        assert.equal(move.is, isSame || said.do === 'stall' ? 'repeated' : 'refused');
      }
    }),
  );
});

test('whatever is said, each step has one first report and stands once among the steps', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const moves = lived(calls);

      const firsts = moves.flatMap(({ move }) =>
        move.is === 'moved' && move.isFirstOfStep ? [move.task.step ?? ''] : [],
      );
      assert.equal(new Set(firsts).size, firsts.length);
      const last = moves.findLast(({ move }) => move.is === 'moved')?.move;
      if (last?.is === 'moved') assert.deepEqual(last.task.steps, firsts);
    }),
  );
});
