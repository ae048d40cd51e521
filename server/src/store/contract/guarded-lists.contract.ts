import assert from 'node:assert/strict';
import type { TenantId } from '../../core/ids.ts';
import type { GuardedFilter, GuardedRow } from '../finder.ts';
import type { GuardedWrite } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, readPages } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, globex, guardedWrite, plannedEvent } from './sample.ts';

/** Guarded rows are listed by what they were written with, newest made first. */
export function guardedListsContract(open: OpenStore): void {
  registerLaws(open, lists);
  registerLaws(open, dues);
}

type Made = Partial<GuardedWrite> & { readonly tenantId?: TenantId; readonly acceptedAt?: number };

/** Makes a row with each event, in this order. */
async function make(store: Store, rows: readonly Made[]): Promise<void> {
  for (const { tenantId = acme, acceptedAt = 0, ...write } of rows) {
    const event = { tenantId, acceptedAt: at(acceptedAt) };
    await acceptOne(store, plannedEvent({ event, writes: [guardedWrite(write)] }));
  }
}

const ids = (rows: readonly GuardedRow[]): string[] => rows.map(({ id }) => id);

async function list(store: Store, filter: Partial<GuardedFilter>, limit = 10): Promise<string[]> {
  const asked = { tenantId: acme, kind: 'task', ...filter } as const;
  return ids(await readPages(limit, (page) => store.finder.guardedList(asked, page)));
}

const family: readonly Made[] = [
  { id: 'a', group: 'p', state: 'running' },
  { id: 'b', group: 'q', state: 'running' },
  { id: 'c', group: 'p', state: 'completed' },
  { id: 'd', group: 'p', state: 'running' },
  { id: 'e' },
  { id: 'a', kind: 'entity', group: 'p', state: 'running' },
  { id: 'f', tenantId: globex, group: 'p', state: 'running' },
];

const lists: Laws = {
  'each filter finds what it names, newest first, in pages of any size': async ({ store }) => {
    await make(store, family);
    const filters: [filter: Partial<GuardedFilter>, expected: string][] = [
      [{}, 'edcba'],
      [{ group: 'p' }, 'dca'],
      [{ state: 'running' }, 'dba'],
      [{ group: 'p', state: 'running' }, 'da'],
      [{ group: 'unknown' }, ''],
      [{ kind: 'entity' }, 'a'],
      [{ tenantId: globex }, 'f'],
      [{ tenantId: null }, 'fedcba'],
      [{ tenantId: null, group: 'p' }, 'fdca'],
      [{ tenantId: null, state: 'running' }, 'fdba'],
      [{ tenantId: 'nobody' as TenantId }, ''],
    ];

    for (const [filter, expected] of filters) {
      for (const limit of [1, 2, 3, 10]) {
        const found = await list(store, filter, limit);

        assert.equal(found.join(''), expected, JSON.stringify({ filter, limit }));
      }
    }
  },

  'a row keeps its place when it changes, and moves between groups and states': async ({
    store,
  }) => {
    await make(store, family);
    await make(store, [{ id: 'a', expects: 1, group: 'q', state: 'completed' }]);

    const found = [
      await list(store, {}),
      await list(store, { group: 'p' }),
      await list(store, { group: 'q' }),
      await list(store, { state: 'completed' }),
    ];

    assert.deepEqual(
      found.map((each) => each.join('')),
      ['edcba', 'dc', 'ba', 'ca'],
    );
  },

  'what is made between two pages does not move the second': async ({ store }) => {
    await make(store, family.slice(0, 4));
    const filter = { tenantId: acme, kind: 'task' } as const;
    const first = await store.finder.guardedList(filter, { before: null, limit: 2 });
    await make(store, [{ id: 'new' }]);

    const second = await store.finder.guardedList(filter, { before: first.next, limit: 2 });

    assert.deepEqual(
      [ids(first.rows), ids(second.rows)],
      [
        ['d', 'c'],
        ['b', 'a'],
      ],
    );
    assert.equal(second.next, null);
  },

  'a listed row is the row that is found': async ({ store }) => {
    await make(store, [{ id: 'a', group: 'p', state: 's', wakeAt: at(9), value: { deep: [1] } }]);
    const page = { before: null, limit: 1 };

    const { rows } = await store.finder.guardedList({ tenantId: null, kind: 'task' }, page);

    assert.deepEqual(rows, [await store.finder.guarded({ tenantId: acme, kind: 'task', id: 'a' })]);
  },

  'a time range is that of the events that made the rows': async ({ store }) => {
    const hour = 3_600_000;
    await make(store, [
      { id: 'a', acceptedAt: 0 },
      { id: 'b', acceptedAt: 3 * hour },
      { id: 'c', acceptedAt: 6 * hour },
      { id: 'a', expects: 1, acceptedAt: 9 * hour },
    ]);
    const filter = { tenantId: acme, kind: 'task' } as const;
    const range = { from: at(1), until: at(6 * hour) };

    const found = await store.finder.guardedList(filter, { before: null, limit: 9, ...range });

    assert.deepEqual(ids(found.rows), ['b']);
  },
};

const dues: Laws = {
  'rows of every tenant that are due come first due first, and none that is not': async ({
    store,
  }) => {
    await make(store, [
      { id: 'late', wakeAt: at(30) },
      { id: 'early', wakeAt: at(10), tenantId: globex },
      { id: 'never' },
      { id: 'same', wakeAt: at(10) },
      { id: 'at', wakeAt: at(40) },
      { id: 'other', kind: 'bundle', wakeAt: at(1) },
    ]);
    const query = { kind: 'task', before: at(40) } as const;

    const found = await store.finder.guardedDue({ ...query, limit: 10 });
    const some = await store.finder.guardedDue({ ...query, limit: 2 });

    assert.deepEqual(ids(found), ['early', 'same', 'late']);
    assert.deepEqual(some, found.slice(0, 2));
    assert.equal(found[0]?.tenantId, globex);
  },

  'a later write says anew when, or never': async ({ store }) => {
    await make(store, [
      { id: 'a', wakeAt: at(10) },
      { id: 'b', wakeAt: at(10) },
    ]);
    await make(store, [
      { id: 'a', expects: 1 },
      { id: 'b', expects: 1, wakeAt: at(90) },
    ]);

    const soon = await store.finder.guardedDue({ kind: 'task', before: at(50), limit: 9 });
    const later = await store.finder.guardedDue({ kind: 'task', before: at(100), limit: 9 });

    assert.deepEqual([ids(soon), ids(later)], [[], ['b']]);
  },
};
