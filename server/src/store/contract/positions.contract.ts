import assert from 'node:assert/strict';
import type { Position } from '../../core/ids.ts';
import type { Store } from '../store.ts';
import { acceptOne, allShards, owe, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, catalogueWrite, deadRecord, neverEnding } from './sample.ts';
import { plannedDelivery, plannedEvent, tenantResource } from './sample.ts';

/** Position order is commit order, over everything, and no position is given twice. */
export function positionsContract(open: OpenStore): void {
  registerLaws(open, laws);
}

const laws: Laws = {
  'the first position of all is at least 1': async ({ store }) => {
    const { position } = await acceptOne(store, plannedEvent());

    assert.ok(position >= 1 && Number.isSafeInteger(position));
  },

  'events, deliveries, attempts, changes and resources rise in one order': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const dead = deadRecord(delivery, held);
    await recordMoved(store, dead);
    assert.ok(dead.attempt);
    const attempt = await store.log.get({ tenantId: acme, id: dead.attempt.id });
    await store.queue.change([{ tenantId: acme, deliveryId: delivery.id, at: at(9), to: 'retry' }]);
    const changed = await newest(store);
    const made = await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(tenantResource())],
      idempotency: null,
    });
    assert.ok(attempt && made.is === 'changed' && made.resources[0]);

    const last = await acceptOne(store, plannedEvent({ catalogueVersion: made.version }));

    assertRises([
      delivery.eventPosition,
      delivery.position,
      attempt.position,
      changed,
      made.resources[0].position,
      last.position,
    ]);
  },

  'the events of one call rise in the order asked, their deliveries between them': async ({
    store,
  }) => {
    const planned = Array.from({ length: 10 }, (_, count) =>
      plannedEvent({ deliveries: Array.from({ length: count }, () => plannedDelivery()) }),
    );

    const answers = await store.queue.accept(planned);

    const positions = answers.map((each) => (each.is === 'accepted' ? each.position : null));
    for (const [index, position] of positions.entries()) {
      const next = positions[index + 1];
      assert.ok(position !== null);
      if (next !== undefined) assert.ok(next !== null && next > position + index);
    }
  },

  'what was refused, repeated or kept moves no position that others have': async ({ store }) => {
    const planned = plannedEvent({ deliveries: [plannedDelivery()] });
    const first = await acceptOne(store, planned);
    await store.queue.accept([planned, { ...planned, planId: 'another plan' }]);

    const second = await acceptOne(store, plannedEvent());

    assert.ok(second.position > first.position + 1);
    const [again] = await store.queue.accept([planned]);
    assert.deepEqual(again, first);
  },

  'positions go on after a restart': async (under) => {
    const { position } = await acceptOne(
      under.store,
      plannedEvent({ deliveries: [plannedDelivery(), plannedDelivery()] }),
    );

    const store = await under.reopen();
    const next = await acceptOne(store, plannedEvent());

    assert.ok(next.position > position + 2);
  },

  'a position is not given again though all that had one was removed': async (under) => {
    const { delivery, held } = await owe(under.store);
    await recordMoved(under.store, attemptRecord(delivery, held));
    const before = await newest(under.store);
    await under.store.prune({ before: neverEnding, limit: 1_000 });
    const emptied = await under.store.finder.events({ tenantId: null }, { before: null, limit: 9 });

    const store = await under.reopen();
    const next = await acceptOne(store, plannedEvent());

    assert.deepEqual(emptied.rows, []);
    assert.ok(next.position > before);
  },
};

async function newest(store: Store): Promise<Position> {
  return (await store.queue.tail({ shards: allShards, after: null, limit: 1 })).position;
}

function assertRises(positions: readonly Position[]): void {
  const sorted = [...new Set(positions)].toSorted((a, b) => a - b);
  assert.deepEqual(positions, sorted);
}
