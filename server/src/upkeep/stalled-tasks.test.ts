import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeal } from '../app/create-seal.ts';
import type { Timers } from '../core/clock.ts';
import { instant, later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { createIdMaker } from '../core/make-id.ts';
import type { Signal } from '../core/signal.ts';
import { createIngest } from '../ingest/accept-event.ts';
import type { Ingest } from '../ingest/new-event.ts';
import type { TaskStart } from '../ingest/task-report.ts';
import { TaskReports } from '../ingest/task-reports.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { acme } from '../store/contract/sample.ts';
import { openSqliteInline } from '../store/sqlite/sqlite-inline.ts';
import { StalledTasks } from './stalled-tasks.ts';

const minute = 60_000;

/** The same door, closed to the tasks of these ids. */
function refusing(door: Ingest, ids: ReadonlySet<string>): Ingest {
  const refusal = { is: 'failed', code: 'fan_out_too_large', detail: null } as const;
  return {
    accept: async (tenantId, events, keep) =>
      events.some(({ key }) => ids.has(key ?? ''))
        ? events.map(() => refusal)
        : door.accept(tenantId, events, keep),
  };
}

/** The duty over a real store, on a clock that the test turns round by round. */
async function stage() {
  let now = instant(1_750_000_000_000);
  let count = 0;
  const due: (() => void)[] = [];
  const clock = { now: () => now, monotonicMs: () => now, wallSeconds: () => now / 1_000 };
  const timers: Timers = {
    after: (_delayMs, run) => {
      due.push(run);
      return { cancel: () => void due.splice(0) };
    },
  };
  const bytes = (length: number) => Buffer.alloc(length, (count += 1));
  const chance = { bytes, sample: () => 0 };
  const masterKey = bytes(32);
  const store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();
  const signals: Signal[] = [];
  const emit = (signal: Signal) => void signals.push(signal);
  const { queue, finder } = store;
  const ids = createIdMaker({ clock, chance });
  const base = { queue, finder, mirror, ids, clock, chance, timers, emit };
  const around = { committed: () => undefined, relief: () => null };
  const door = createIngest({ ...base, ...around });
  const refused = new Set<string>();
  const ingest = refusing(door, refused);
  const seal = createSeal(masterKey, chance);
  /** What a node has in memory is new with each. */
  const node = () => new TaskReports({ ...base, ingest, seal, changed: () => undefined });
  const tasks = node();
  const duty = () => {
    const stalled = new StalledTasks({ ...base, tasks: node() });
    stalled.start();
    return {
      stop: () => stalled.stop(),
      /** Lets time pass, then one round. */
      look: async (ms: number) => {
        now = later(now, ms);
        due.pop()?.();
        while (due.length === 0) await new Promise((resolve) => setImmediate(resolve));
      },
    };
  };
  return {
    ...{ tasks, signals },
    /** Has every event of a task refused from now on. */
    refuse: (id: string) => void refused.add(id),
    duty,
    /** Lets time pass, then has a node that was started just now look once. */
    look: async (ms: number) => {
      const fresh = duty();
      await fresh.look(ms);
      await fresh.stop();
    },
    /** What was told of a task, oldest first. */
    told: async (key: string) => {
      const { rows } = await finder.events({ tenantId: acme }, { before: null, limit: 99 });
      const own = rows.filter((row) => row.key === key).toReversed();
      return own.map(({ type }) => type.slice('task.'.length));
    },
    /** How many were told of in all. */
    stalledCount: async () => {
      const asked = { tenantId: acme, type: 'task.stalled' };
      return (await finder.events(asked, { before: null, limit: 500 })).rows.length;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const plain: TaskStart = {
  ...{ name: null, parentTaskId: null, source: null, metadata: null, stallAfterMs: minute },
  ...{ callback: null, correlationId: null, causationId: null, trace: null, details: [] },
};
const progress = { type: 'task.progress', causationId: null, trace: null, details: [] } as const;
const wait = { ...progress, type: 'task.waiting' } as const;
const complete = { ...progress, type: 'task.completed' } as const;
const refTo = (id: string) => ({ tenantId: acme, kind: 'task', id }) as const;

test('a task that says nothing is told of once, whichever node looks and how often', async () => {
  await using stand = await stage();
  await stand.tasks.start(refTo('silent'), plain, null);

  await stand.look(minute - 1);
  const early = await stand.told('silent');
  await stand.look(1);
  await stand.look(minute);
  await stand.look(minute);

  assert.deepEqual(early, ['started']);
  assert.deepEqual(await stand.told('silent'), ['started', 'stalled']);
});

test('a report ends the silence, and the next one counts anew', async () => {
  await using stand = await stage();
  await stand.tasks.start(refTo('slow'), plain, null);
  await stand.look(minute);
  await stand.tasks.report(refTo('slow'), progress, null);

  await stand.look(minute - 1);
  await stand.look(1);

  assert.deepEqual(await stand.told('slow'), ['started', 'stalled', 'progress', 'stalled']);
});

const quiet = [
  ['it waits for somebody', wait],
  ['it has ended', complete],
] as const;
for (const [because, report] of quiet) {
  test(`a task is not told of as stalled while ${because}`, async () => {
    await using stand = await stage();
    await stand.tasks.start(refTo('quiet'), plain, null);
    await stand.tasks.report(refTo('quiet'), report, null);

    await stand.look(10 * minute);

    assert.deepEqual(await stand.told('quiet'), ['started', report.type.slice('task.'.length)]);
  });
}

test('a task that sets no such time never stalls', async () => {
  await using stand = await stage();
  await stand.tasks.start(refTo('patient'), { ...plain, stallAfterMs: null }, null);

  await stand.look(10_000 * minute);

  assert.deepEqual(await stand.told('patient'), ['started']);
});

test('more tasks than one look takes are all told of in one round', async () => {
  await using stand = await stage();
  const ids = Array.from({ length: 250 }, (_, index) => `t-${index}`);
  await Promise.all(ids.map((id) => stand.tasks.start(refTo(id), plain, null)));

  await stand.look(minute);
  const once = await stand.stalledCount();
  await stand.look(minute);

  assert.deepEqual([once, await stand.stalledCount()], [250, 250]);
  assert.deepEqual(
    stand.signals.filter(({ signal }) => signal === 'step_failed'),
    [],
  );
});

test('one that cannot be told of keeps no other from it, and rests a while', async () => {
  await using stand = await stage();
  const ids = Array.from({ length: 2 * limits.stallRows }, (_, index) => `bad-${index}`);
  await Promise.all(ids.map((id) => stand.tasks.start(refTo(id), plain, null)));
  for (const id of ids) stand.refuse(id);
  await stand.tasks.start(refTo('good'), { ...plain, stallAfterMs: 2 * minute }, null);
  const failedCount = () => stand.signals.filter(({ signal }) => signal === 'step_failed').length;

  const duty = stand.duty();
  await duty.look(2 * minute);
  const once = failedCount();
  await duty.look(1_000);

  assert.deepEqual(await stand.told('good'), ['started', 'stalled']);
  assert.deepEqual([once, failedCount()], [ids.length, ids.length]);
});
