import assert from 'node:assert/strict';
import type { Store } from '../store.ts';
import { acceptOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { globex, plannedEvent } from './sample.ts';

/** The store remembers every type that an event had. */
export function seenTypesContract(open: OpenStore): void {
  registerLaws(open, laws);
}

const laws: Laws = {
  'types are told once, the newest first, whichever tenant used them': async ({ store }) => {
    for (const type of ['a', 'b', 'a', 'c'])
      await acceptOne(store, plannedEvent({ event: { type } }));
    await acceptOne(store, plannedEvent({ event: { type: 'd', tenantId: globex } }));

    const all = await typesOf(store, null, 10);

    assert.deepEqual(all, ['d', 'c', 'b', 'a']);
  },

  'a list goes on from where it was cut': async ({ store }) => {
    for (const type of ['a', 'b', 'c']) await acceptOne(store, plannedEvent({ event: { type } }));

    const first = await store.finder.eventTypes({ before: null, limit: 2 });
    const rest = await typesOf(store, first.at(-1)?.position ?? null, 2);

    assert.deepEqual([first.map(({ type }) => type), rest], [['c', 'b'], ['a']]);
  },

  'nothing was seen before the first event': async ({ store }) => {
    const all = await typesOf(store, null, 10);

    assert.deepEqual(all, []);
  },
};

async function typesOf(
  store: Store,
  before: Parameters<Store['finder']['eventTypes']>[0]['before'],
  limit: number,
) {
  const rows = await store.finder.eventTypes({ before, limit });
  return rows.map(({ type }) => type);
}
