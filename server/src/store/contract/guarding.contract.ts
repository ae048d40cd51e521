import assert from 'node:assert/strict';
import type { Position } from '../../core/ids.ts';
import type { GuardedRow, GuardedVersion } from '../finder.ts';
import type { Store } from '../store.ts';
import { acceptOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, bytes, globex, guardedWrite } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';

/** Guarded rows move with their event, and only from the version that the plan had read. */
export function guardingContract(open: OpenStore): void {
  registerLaws(open, laws);
  registerLaws(open, historyLaws);
  registerLaws(open, contentLaws);
}

const laws: Laws = {
  'a guarded row is written with its event and rises by one': async ({ store }) => {
    const query = { tenantId: acme, kind: 'task', id: 't-1' } as const;
    assert.equal(await store.finder.guarded(query), null);

    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ value: { step: 1 } })] }));
    const first = await store.finder.guarded(query);
    const second = guardedWrite({ expects: 1, value: { step: 2, list: [null, 'é', 1.5] } });
    await acceptOne(store, plannedEvent({ writes: [second] }));

    assertRow(first, { version: 1, value: { step: 1 } });
    assertRow(await store.finder.guarded(query), { version: 2, value: second.value });
  },

  'a mismatch refuses its event whole and names the first write at fault': async ({ store }) => {
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ id: 'taken' })] }));
    const delivery = plannedDelivery();
    const planned = plannedEvent({
      deliveries: [delivery],
      writes: [
        guardedWrite({ id: 'free' }),
        guardedWrite({ id: 'taken' }),
        guardedWrite({ id: 'absent', expects: 4 }),
      ],
    });

    const [answer] = await store.queue.accept([planned]);

    assert.deepEqual(answer, { is: 'conflict', index: 1, version: 1 });
    const free = { tenantId: acme, kind: 'task', id: 'free' } as const;
    assert.equal(await store.finder.guarded(free), null);
    assert.equal(await store.finder.event({ tenantId: acme, id: planned.event.id }), null);
    assert.equal(await store.finder.delivery({ tenantId: acme, id: delivery.id }), null);
  },

  'a row that is missing has no version': async ({ store }) => {
    const planned = plannedEvent({ writes: [guardedWrite({ expects: 1 })] });

    const [answer] = await store.queue.accept([planned]);

    assert.deepEqual(answer, { is: 'conflict', index: 0, version: null });
  },

  'of two events that expect the same version one wins, also within a call': async ({ store }) => {
    const rivals = [1, 2].map((step) => plannedEvent({ writes: [guardedWrite({ value: step })] }));

    const answers = await store.queue.accept(rivals);

    assert.equal(answers[0]?.is, 'accepted');
    assert.deepEqual(answers[1], { is: 'conflict', index: 0, version: 1 });
    const found = await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' });
    assertRow(found, { version: 1, value: 1 });
  },

  'an event may build on the one before it in the same call': async ({ store }) => {
    const answers = await store.queue.accept([
      plannedEvent({ writes: [guardedWrite()] }),
      plannedEvent({ writes: [guardedWrite({ expects: 1 })] }),
    ]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['accepted', 'accepted'],
    );
  },

  'a conflict leaves its neighbours alone': async ({ store }) => {
    const answers = await store.queue.accept([
      plannedEvent(),
      plannedEvent({ writes: [guardedWrite({ expects: 9 })] }),
      plannedEvent(),
    ]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['accepted', 'conflict', 'accepted'],
    );
  },

  'rows differ by tenant, kind and id': async ({ store }) => {
    const planned = [
      plannedEvent({ writes: [guardedWrite({ value: 'ours' })] }),
      plannedEvent({ event: { tenantId: globex }, writes: [guardedWrite({ value: 'theirs' })] }),
      plannedEvent({ writes: [guardedWrite({ kind: 'entity', value: 'entity' })] }),
    ];

    const answers = await store.queue.accept(planned);

    assert.ok(answers.every(({ is }) => is === 'accepted'));
    const theirs = await store.finder.guarded({ tenantId: globex, kind: 'task', id: 't-1' });
    assertRow(theirs, { version: 1, value: 'theirs' });
    const bundle = { tenantId: acme, kind: 'bundle', id: 't-1' } as const;
    assert.equal(await store.finder.guarded(bundle), null);
  },
};

const task = { tenantId: acme, kind: 'task', id: 't-1' } as const;
const all = { ...task, after: 0, upTo: null, limit: 100 };

/** Versions of one row after each other, each with its number as its note. */
async function writeVersions(store: Store, count: number): Promise<Position[]> {
  const positions = [];
  for (let version = 1; version <= count; version += 1) {
    const expects = version === 1 ? null : version - 1;
    const note = bytes(String(version));
    const writes = [guardedWrite({ expects, hasHistory: true, note })];
    positions.push((await acceptOne(store, plannedEvent({ writes }))).position);
  }
  return positions;
}

const historyLaws: Laws = {
  'a row shows all that it was written with, and the position of the event that made it': async ({
    store,
    reopen,
  }) => {
    const write = guardedWrite({ group: 'parent', state: 'running', wakeAt: at(50) });
    const { position } = await acceptOne(store, plannedEvent({ writes: [write] }));
    const made = await store.finder.guarded(task);
    const next = guardedWrite({ expects: 1, value: 2, state: 'completed' });
    await acceptOne(store, plannedEvent({ writes: [next] }));

    const reopened = await reopen();

    const { value, group, state, wakeAt } = write;
    assert.deepEqual(made, { ...task, version: 1, value, group, state, wakeAt, position });
    const changed = { value: 2, group: null, state: 'completed', wakeAt: null };
    const found = await reopened.finder.guarded(task);
    assert.deepEqual(found, { ...task, version: 2, ...changed, position });
  },

  'the history has each version once, oldest first, with its event and its note': async ({
    store,
    reopen,
  }) => {
    const positions = await writeVersions(store, 5);

    const history = await (await reopen()).finder.guardedHistory(all);

    const expected = positions.map((position, index) => [index + 1, position, String(index + 1)]);
    assert.deepEqual(history.map(readVersion), expected);
  },

  'a part of the history begins after a version, ends with one, and is bounded': async ({
    store,
  }) => {
    await writeVersions(store, 6);
    const parts = [{ after: 2 }, { upTo: 2 }, { after: 1, upTo: 5 }, { after: 1, limit: 2 }];

    const found = await Promise.all(
      parts.map((part) => store.finder.guardedHistory({ ...all, ...part })),
    );

    assert.deepEqual(
      found.map((versions) => versions.map(({ version }) => version)),
      [
        [3, 4, 5, 6],
        [1, 2],
        [2, 3, 4, 5],
        [2, 3],
      ],
    );
  },

  'a version without history is counted and not told': async ({ store }) => {
    await acceptOne(store, plannedEvent({ writes: [guardedWrite()] }));
    const write = guardedWrite({ expects: 1, hasHistory: true });
    const { position } = await acceptOne(store, plannedEvent({ writes: [write] }));

    const history = await store.finder.guardedHistory(all);

    assert.deepEqual(history, [{ version: 2, position, note: null }]);
  },

  'an event that was refused leaves no version': async ({ store }) => {
    const write = guardedWrite({ hasHistory: true, content: bytes('one') });
    const other = guardedWrite({ id: 'absent', expects: 3 });

    await store.queue.accept([plannedEvent({ writes: [write, other] })]);

    assert.deepEqual(await store.finder.guardedHistory(all), []);
    assert.equal(await store.finder.guardedContent(task), null);
  },

  'a repeated call writes nothing twice': async ({ store }) => {
    const planned = plannedEvent({ writes: [guardedWrite({ hasHistory: true })] });
    await store.queue.accept([planned]);

    const [again] = await store.queue.accept([planned]);

    assert.equal(again?.is, 'accepted');
    assert.equal((await store.finder.guardedHistory(all)).length, 1);
    assert.equal((await store.finder.guarded(task))?.version, 1);
  },

  'of writes to one row in one event each sees those before it': async ({ store }) => {
    const good = [guardedWrite(), guardedWrite({ expects: 1, value: 'two' })];
    const bad = [guardedWrite({ id: 't-2' }), guardedWrite({ id: 't-2' })];

    const answers = await store.queue.accept([
      plannedEvent({ writes: good }),
      plannedEvent({ writes: bad }),
    ]);

    assert.equal(answers[0]?.is, 'accepted');
    assert.deepEqual(answers[1], { is: 'conflict', index: 1, version: 1 });
    assertRow(await store.finder.guarded(task), { version: 2, value: 'two' });
  },

  'a check compares the version and writes nothing': async ({ store }) => {
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ value: 'kept' })] }));
    const check = (expects: number | null) =>
      plannedEvent({ writes: [guardedWrite({ expects, value: 'new', isCheck: true })] });

    const answers = await store.queue.accept([check(1), check(null)]);

    assert.equal(answers[0]?.is, 'accepted');
    assert.deepEqual(answers[1], { is: 'conflict', index: 0, version: 1 });
    assertRow(await store.finder.guarded(task), { version: 1, value: 'kept' });
  },

  'histories differ by tenant, kind and id': async ({ store }) => {
    const hasHistory = true;
    await store.queue.accept([
      plannedEvent({ writes: [guardedWrite({ hasHistory })] }),
      plannedEvent({ event: { tenantId: globex }, writes: [guardedWrite({ hasHistory })] }),
      plannedEvent({ writes: [guardedWrite({ kind: 'entity', hasHistory })] }),
      plannedEvent({ writes: [guardedWrite({ id: 't-2', hasHistory })] }),
    ]);
    const others = [{ tenantId: globex }, { kind: 'entity' as const }, { id: 't-2' }];

    const found = await Promise.all(
      [{}, ...others].map((other) => store.finder.guardedHistory({ ...all, ...other })),
    );

    const positions = found.map((versions) => versions.map(({ position }) => position));
    assert.deepEqual(new Set(positions.flat()).size, 4);
    assert.ok(positions.every(({ length }) => length === 1));
  },
};

const contentLaws: Laws = {
  'content stays while it is left out, and gives way to newer content': async ({
    store,
    reopen,
  }) => {
    const first = Uint8Array.of(0xff, 0, 0xfe);
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ content: first })] }));
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ expects: 1 })] }));
    const before = await store.finder.guardedContent(task);
    const newer = guardedWrite({ expects: 2, content: bytes('newer') });
    await acceptOne(store, plannedEvent({ writes: [newer] }));

    const after = await (await reopen()).finder.guardedContent(task);

    assert.deepEqual(before && [before.version, [...before.content]], [1, [...first]]);
    assert.deepEqual(after && [after.version, textOf(after.content)], [3, 'newer']);
  },

  'content of 25 MiB is accepted and read exactly': async ({ store }) => {
    const content = new Uint8Array(25 * 1_048_576).map((_, index) => index % 251);
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ content })] }));

    const found = await store.finder.guardedContent(task);

    assert.equal(found === null ? null : Buffer.compare(found.content, content), 0);
  },

  'content is found by tenant, kind and id alone': async ({ store }) => {
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ content: bytes('ours') })] }));
    const others = [{ tenantId: globex }, { kind: 'bundle' as const }, { id: 't-2' }];

    const found = await Promise.all(
      others.map((other) => store.finder.guardedContent({ ...task, ...other })),
    );

    assert.deepEqual(found, [null, null, null]);
  },

  'row, history and content that were answered outlive a power cut': async ({ store, crash }) => {
    if (crash === undefined) return;
    await writeVersions(store, 2);
    const write = guardedWrite({ expects: 2, hasHistory: true, content: bytes('kept') });
    await acceptOne(store, plannedEvent({ writes: [write] }));

    const { finder } = await crash();

    assert.equal((await finder.guarded(task))?.version, 3);
    assert.equal((await finder.guardedHistory(all)).length, 3);
    assert.equal((await finder.guardedContent(task))?.version, 3);
  },
};

function readVersion({ version, position, note }: GuardedVersion): unknown[] {
  return [version, position, note && textOf(note)];
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content).toString();
}

function assertRow(found: GuardedRow | null, { version, value }: Partial<GuardedRow>): void {
  assert.deepEqual(found && [found.version, found.value], [version, value]);
}
