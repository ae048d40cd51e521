import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';
import {
  acme,
  at,
  bytes,
  guardedWrite,
  idempotencyRow,
  plannedEvent,
} from '../store/contract/sample.ts';
import type { GuardedRow } from '../store/finder.ts';
import type { PlannedEvent } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { newEvent, OpenedDoor } from './contract/opened-door.ts';
import type { DecideStep, GuardedStep } from './change-guarded.ts';
import { GuardedChanges } from './change-guarded.ts';
import { KnownRows } from './known-rows.ts';
import type { Accepted, KeepAnswer, NewEvent } from './new-event.ts';

const ref = { tenantId: acme, kind: 'task', id: 't-1' } as const;
const carries = { orderKey: null, coalescing: null, fields: null };

/** Counts how often the store is asked for rows and given events. */
class Counted {
  readonly reads: number[] = [];
  readonly accepts: number[] = [];
  readonly door: OpenedDoor;
  readonly changes: GuardedChanges;

  /** What another node does just before an accept, given how many there were. */
  between: (acceptCount: number) => Promise<void> = async () => undefined;

  constructor(
    door: OpenedDoor,
    { isKnown, isAlone = true }: { isKnown: boolean; isAlone?: boolean },
  ) {
    this.door = door;
    const { ingest, store } = door;
    this.changes = new GuardedChanges({
      ingest: {
        accept: async (tenantId, events, keep) => {
          this.accepts.push(events.length);
          await this.between(this.accepts.length);
          return ingest.accept(tenantId, events, keep);
        },
      },
      finder: {
        guarded: (query) => {
          this.reads.push(1);
          return store.finder.guarded(query);
        },
      },
      clock: { now: () => at(0), monotonicMs: () => 0, wallSeconds: () => 0 },
      isAlone,
      ...(isKnown ? { known: new KnownRows({ rows: 10, bytes: 10_000 }) } : {}),
    });
  }
}

function counted(row: GuardedRow | null): number {
  return (row?.value as number | undefined) ?? 0;
}

/** Adds one; `event` may spoil what tells of it. */
function adding(event: Partial<NewEvent> = {}, keep?: KeepAnswer): DecideStep<number> {
  return (row): GuardedStep<number> => {
    const value = counted(row) + 1;
    return {
      ...{ is: 'event', event: newEvent(event), carries, write: { value }, answer: value },
      ...(keep === undefined ? {} : { keep }),
    };
  };
}

async function stored({ store }: OpenedDoor): Promise<[unknown, unknown]> {
  const row = await store.finder.guarded(ref);
  return [row?.version, row?.value];
}

for (const isKnown of [false, true]) {
  const rows = isKnown ? 'with rows kept in memory' : 'with rows read each time';

  test(`${rows}, changes that come at once follow each other in few calls`, async () => {
    await using door = await OpenedDoor.open();
    const { changes, accepts } = new Counted(door, { isKnown });

    const answers = await Promise.all(
      Array.from({ length: 200 }, () => changes.change(ref, adding())),
    );

    assert.deepEqual(
      answers.map(({ answer }) => answer),
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    assert.deepEqual(await stored(door), [200, 200]);
    assert.ok(accepts.length <= 2 + 200 / limits.guardedPipeline, `${accepts.length}`);
  });

  test(`${rows}, another node’s write is met and built upon`, async () => {
    await using door = await OpenedDoor.open();
    const { changes } = new Counted(door, { isKnown });
    await changes.change(ref, adding());
    const write = guardedWrite({ ...ref, expects: 1, value: 10 });
    await door.store.queue.accept([plannedEvent({ writes: [write] })]);

    const answers = await Promise.all([1, 2, 3].map(() => changes.change(ref, adding())));

    assert.deepEqual(
      answers.map(({ answer }) => answer),
      [11, 12, 13],
    );
    assert.deepEqual(await stored(door), [5, 13]);
  });

  test(`${rows}, one that is refused leaves no gap among its neighbours`, async () => {
    await using door = await OpenedDoor.open();
    const { changes } = new Counted(door, { isKnown });
    const refused: DecideStep<number> = () => {
      throw new AppError('wrong_state');
    };
    const failing = { data: bytes('{}'), type: 'x'.repeat(5) };
    const wrongs = [refused, adding(), refused, adding(failing), adding()];

    const settled = await Promise.allSettled(wrongs.map((each) => changes.change(ref, each)));

    assert.deepEqual(
      settled.map((each) => (each.status === 'fulfilled' ? each.value.answer : 'refused')),
      ['refused', 1, 'refused', 2, 3],
    );
    assert.deepEqual(await stored(door), [3, 3]);
  });
}

test('what would be refused is decided by what the store says, not by memory', async () => {
  await using door = await OpenedDoor.open();
  const { changes, reads } = new Counted(door, { isKnown: true });
  await changes.change(ref, adding());
  const before = reads.length;

  const same = await changes.change(ref, (row) => ({ is: 'unchanged', answer: counted(row) }));

  assert.deepEqual([same.answer, same.accepted, reads.length], [1, null, before + 1]);
});

test('beside other nodes nothing is built upon a version that another one took', async () => {
  await using door = await OpenedDoor.open();
  const counting = new Counted(door, { isKnown: true, isAlone: false });
  counting.between = async (acceptCount) => {
    if (acceptCount !== 2) return;
    const write = guardedWrite({ ...ref, expects: 1, value: 10 });
    await door.store.queue.accept([plannedEvent({ writes: [write] })]);
  };

  const answers = await Promise.all([1, 2, 3].map(() => counting.changes.change(ref, adding())));

  assert.deepEqual(
    answers.map(({ answer }) => answer),
    [1, 11, 12],
  );
  assert.deepEqual(await stored(door), [4, 12]);
});

test('a row that is known is not read again', async () => {
  await using door = await OpenedDoor.open();
  const { changes, reads } = new Counted(door, { isKnown: true });
  await changes.change(ref, adding());

  await changes.change(ref, adding());
  await changes.change(ref, adding());

  assert.deepEqual([reads.length, await stored(door)], [1, [3, 3]]);
});

test('each change of a pipeline keeps the answer of its own request', async () => {
  await using door = await OpenedDoor.open();
  const { changes } = new Counted(door, { isKnown: true });
  const keeping =
    (key: string): KeepAnswer =>
    () =>
      idempotencyRow({ key });
  const send = (key: string) => changes.change(ref, adding({}, keeping(key)));

  const first = await Promise.all([send('a'), send('b'), send('c')]);
  const again = await Promise.all([send('b'), changes.change(ref, adding())]);

  const is = (all: readonly { accepted: Accepted | null }[]) =>
    all.map(({ accepted }) => accepted?.is);
  assert.deepEqual(is(first), ['accepted', 'accepted', 'accepted']);
  assert.deepEqual(is(again), ['repeated', 'accepted']);
  assert.deepEqual(await stored(door), [4, 4]);
});

test('a row that others change all the time is a conflict in the end', async () => {
  const plans: PlannedEvent[] = [];
  const around = (store: Store): Store => ({
    ...store,
    queue: {
      ...store.queue,
      accept: async (events) => {
        plans.push(...events);
        return events.map(() => ({ is: 'conflict', index: 0, version: 9 }));
      },
    },
  });
  await using door = await OpenedDoor.open({ around });
  const { changes } = new Counted(door, { isKnown: true });

  await assert.rejects(changes.change(ref, adding()), { code: 'conflict' });
  assert.equal(plans.length, limits.acceptTries);
});

test('the least used rows are forgotten first, by count and by size', () => {
  const known = new KnownRows({ rows: 2, bytes: 100 });
  const row = (value: string) => ({ value }) as unknown as GuardedRow;
  for (const name of ['a', 'b']) known.set(name, row(name));
  known.get('a');

  known.set('c', row('c'));
  const byCount = ['a', 'b', 'c'].filter((name) => known.get(name) !== null);
  known.set('d', row('x'.repeat(97)));
  const bySize = ['a', 'b', 'c', 'd'].filter((name) => known.get(name) !== null);

  assert.deepEqual([byCount, bySize], [['a', 'c'], ['d']]);
});
