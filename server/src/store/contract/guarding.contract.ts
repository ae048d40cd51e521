import assert from 'node:assert/strict';
import type { GuardedRow } from '../finder.ts';
import { acceptOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, globex, guardedWrite, plannedDelivery, plannedEvent } from './sample.ts';

/** Guarded rows move with their event, and only from the version that the plan had read. */
export function guardingContract(open: OpenStore): void {
  registerLaws(open, laws);
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

function assertRow(found: GuardedRow | null, { version, value }: Partial<GuardedRow>): void {
  assert.deepEqual(found && [found.version, found.value], [version, value]);
}
