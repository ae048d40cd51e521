import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timers } from '../core/clock.ts';
import type { Position, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { GuardedRow } from '../store/finder.ts';
import { TaskWaits } from './task-waits.ts';

const tenantId = 'acme' as TenantId;
const waiting = { tenantId, id: 't-1', since: null, waitMs: 10_000 };

/** One task whose row a test changes, and timers that it fires. */
function stage() {
  const timers = new Set<{ readonly delayMs: number; readonly run: () => void }>();
  const after: Timers['after'] = (delayMs, run) => {
    const timer = { delayMs, run };
    timers.add(timer);
    return { cancel: () => void timers.delete(timer) };
  };
  const task = { version: 1, state: 'running', readCount: 0 };
  const guarded = async (): Promise<GuardedRow> => {
    task.readCount += 1;
    const { version, state } = task;
    const row = { tenantId, kind: 'task', id: 't-1', version, value: { state } } as const;
    return { ...row, group: null, state, wakeAt: null, position: 1 as Position };
  };
  const waits = new TaskWaits({ finder: { guarded }, timers: { after } });
  return {
    ...{ task, timers, waits },
    /** The task goes on; this node hears of it when it took the report in. */
    report: (state: string, isHeard = true) => {
      task.version += 1;
      task.state = state;
      const hasEnded = state === 'completed';
      if (isHeard) waits.changed({ tenantId, id: 't-1', sequence: task.version, hasEnded });
    },
    fire: (delayMs: number) => {
      for (const timer of timers) if (timer.delayMs === delayMs) timer.run();
    },
    /** Until nothing goes on any more but waiting. */
    rest: async () => {
      for (let turns = 0; turns < 10; turns += 1) await new Promise(setImmediate);
    },
  };
}

test('a report is no news to who waits for the end', async () => {
  const { task, waits, report, rest } = stage();
  const ended = waits.wait(waiting);
  await rest();
  const before = task.readCount;

  for (let count = 0; count < 100; count += 1) report('running');
  await rest();
  const after = task.readCount;
  report('completed');

  assert.equal(after, before);
  assert.equal((await ended)?.state, 'completed');
});

test('what happens on another node is seen by asking now and then', async () => {
  const { waits, report, rest, fire, timers } = stage();
  const ended = waits.wait(waiting);
  await rest();

  report('completed', false);
  fire(limits.waitPollMs);

  assert.equal((await ended)?.version, 2);
  assert.equal(timers.size, 0);
});

test('a report that comes while the task is read is not missed', async () => {
  const { waits, report } = stage();
  const followed = waits.wait({ ...waiting, since: 1 });
  report('running');

  assert.equal((await followed)?.version, 2);
});

test('what is so already, and a wait of nothing, are answered at once', async () => {
  const { waits, timers } = stage();

  const rows = await Promise.all([
    waits.wait({ ...waiting, since: 0 }),
    waits.wait({ ...waiting, waitMs: 0 }),
  ]);

  assert.deepEqual([rows.map((row) => row?.version), timers.size], [[1, 1], 0]);
});

test('a node on its way down lets everybody go, and nobody wait any more', async () => {
  const { waits, rest, timers } = stage();
  const ended = waits.wait(waiting);
  await rest();

  waits.release();

  assert.equal((await ended)?.state, 'running');
  assert.equal((await waits.wait(waiting))?.state, 'running');
  assert.deepEqual([waits.count, timers.size], [0, 0]);
});
