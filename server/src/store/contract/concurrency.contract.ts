import assert from 'node:assert/strict';
import type { PlannedEvent } from '../queue.ts';
import type { Store } from '../store.ts';
import { holdAll, loadAll, readDelivery, readPages } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, bytes, guardedWrite } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Many calls under way at once keep every law, whichever way the store batches them. */
export function concurrencyContract(open: OpenStore): void {
  registerLaws(open, laws);
}

const laws: Laws = {
  'many accepts at once give each event a place of its own': async ({ store }) => {
    const planned = Array.from({ length: 300 }, (_, count) =>
      plannedEvent({ deliveries: Array.from({ length: count % 4 }, () => plannedDelivery()) }),
    );

    const answers = (await Promise.all(planned.map((each) => store.queue.accept([each])))).flat();

    const taken = new Set<number>();
    for (const [index, answer] of answers.entries()) {
      assert.ok(answer.is === 'accepted');
      const { deliveries } = planned[index] ?? assert.fail();
      const { position } = answer;
      for (let place = 0; place <= deliveries.length; place += 1) taken.add(position + place);
      for (const [place, { id }] of deliveries.entries()) {
        assert.equal((await readDelivery(store, id)).position, position + place + 1);
      }
    }
    assert.equal(
      taken.size,
      planned.reduce((sum, { deliveries }) => sum + 1 + deliveries.length, 0),
    );
  },

  'of many that bring the same event id one is accepted': async ({ store }) => {
    const id = sampleId('event');
    const planned = Array.from({ length: 20 }, () =>
      plannedEvent({ isCallersId: true, event: { id }, deliveries: [plannedDelivery()] }),
    );

    const answers = (await Promise.all(planned.map((each) => store.queue.accept([each])))).flat();

    const kinds = answers.map(({ is }) => is).toSorted();
    assert.deepEqual(kinds, ['accepted', ...Array.from({ length: 19 }, () => 'duplicate')]);
    assert.equal((await store.finder.backlog()).pendingCount, 1);
  },

  'of many that expect the same version one is accepted, for each version': async ({ store }) => {
    const rounds = [null, 1, 2];

    for (const expects of rounds) {
      const rivals = Array.from({ length: 5 }, () =>
        plannedEvent({ writes: [guardedWrite({ expects })] }),
      );
      const answers = (await Promise.all(rivals.map((each) => store.queue.accept([each])))).flat();

      assert.equal(answers.filter(({ is }) => is === 'accepted').length, 1);
      const version = (expects ?? 0) + 1;
      const found = await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' });
      assert.equal(found?.version, version);
    }
  },

  'a key has one head, however many arrive, end and are cancelled at once': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const hold = await holdAll(store);
    const planned = Array.from({ length: 60 }, () =>
      plannedEvent({ deliveries: [plannedDelivery({ endpointId, orderKey: 'k' })] }),
    );
    const accepts = planned.map((each) => store.queue.accept([each]));

    const cancels = planned
      .slice(0, 20)
      .map(({ deliveries: [plan] }) =>
        store.queue.change([
          { tenantId: acme, deliveryId: plan?.id ?? assert.fail(), at: at(5), to: 'cancel' },
        ]),
      );
    const gone = await drain(store, endpointId, hold(endpointId), accepts);
    await Promise.all(cancels);

    const states = await Promise.all(planned.map((each) => stateOf(store, each)));
    assert.deepEqual(
      gone,
      gone.toSorted((a, b) => a - b),
    );
    assert.equal(states.filter((is) => is === 'delivered').length, gone.length);
    assert.equal(states.filter((is) => is === 'delivered' || is === 'cancelled').length, 60);
    assert.deepEqual(await store.finder.backlog(), { pendingCount: 0, oldestDueAt: null });
  },

  'a list read during accepts shows no gap that is filled later': async ({ store }) => {
    const planned = Array.from({ length: 200 }, (_, count) =>
      plannedEvent({ event: { data: bytes(`${count}`) } }),
    );
    const accepts = planned.map((each) => store.queue.accept([each]));
    const early = await readPages(500, (page) => store.finder.events({ tenantId: acme }, page));
    await Promise.all(accepts);

    const late = await readPages(500, (page) => store.finder.events({ tenantId: acme }, page));

    const newest = early[0]?.position ?? 0;
    const upToThere = late.filter(({ position }) => position <= newest);
    assert.deepEqual(early, upToThere);
    assert.equal(late.length, 200);
  },
};

/** Delivers whatever can be loaded until all accepts are answered and nothing is left. */
async function drain(
  store: Store,
  endpointId: ReturnType<typeof plannedDelivery>['endpointId'],
  held: Parameters<typeof attemptRecord>[1],
  accepts: readonly Promise<unknown>[],
): Promise<number[]> {
  let isAccepted = false;
  const all = Promise.all(accepts).then(() => {
    isAccepted = true;
  });
  const gone: number[] = [];
  for (let count = 0; count < 10_000; count += 1) {
    const wasAccepted = isAccepted;
    const loaded = await loadAll(store, endpointId);
    assert.ok(loaded.length <= 1, 'two of one key were loaded');
    const [head] = loaded;
    if (head === undefined && wasAccepted) break;
    if (head === undefined) continue;
    // A cancel may win the race; its success then counts too, and is not a second head.
    const [answer] = await store.queue.record([attemptRecord(head, held)]);
    if (answer?.is === 'moved') gone.push(head.position);
  }
  await all;
  return gone;
}

async function stateOf(store: Store, { deliveries: [plan] }: PlannedEvent): Promise<string> {
  return (await readDelivery(store, plan?.id ?? assert.fail())).state.is;
}
