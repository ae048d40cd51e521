import assert from 'node:assert/strict';
import type { DeliveryId } from '../../core/ids.ts';
import type { Store } from '../store.ts';
import { allShards, acceptOne, holdAll, loadAll, loadedIds } from './arrange.ts';
import { readDelivery, readPending, recordMoved, recordOne } from './arrange.ts';
import { firstReport, latest, planned, report, terminal } from './arrange-coalescing.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** A newer report takes the place of unsent older ones, in the accept that brings it. */
export function coalescingContract(open: OpenStore): void {
  registerLaws(open, superseding);
  registerLaws(open, order);
  registerLaws(open, flights);
  registerLaws(open, answers);
}

async function statesOf(store: Store, ids: readonly DeliveryId[]) {
  const found = await Promise.all(ids.map((id) => readDelivery(store, id)));
  return found.map(({ state }) => state.is);
}

const superseding: Laws = {
  'a report supersedes the unsent one of its part, and stands for it': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest());

    const { id, answer } = await report(store, endpointId, latest(), { acceptedAt: at(50) });

    const superseded = await readDelivery(store, old.id);
    assert.deepEqual(superseded.state, { is: 'superseded', at: at(50), by: id });
    assert.deepEqual(answer.superseded, [{ deliveryId: old.id, endpointId }]);
    const placed = { index: 0, dueAt: at(50), merged: null, supersededCount: 1 };
    assert.deepEqual(answer.placed, [placed]);
    assert.equal((await readPending(store, id)).supersededCount, 1);
    assert.deepEqual(await loadAll(store, endpointId), [await readPending(store, id)]);
  },

  'what takes no part says nothing of it': async ({ store }) => {
    const { id, answer } = await report(store, sampleId('endpoint'), latest());

    assert.deepEqual(Object.keys(answer).toSorted(), ['followers', 'is', 'position']);
    const delivery = await readDelivery(store, id);
    assert.equal('merged' in delivery || 'supersededCount' in delivery, false);
  },

  'counts add up': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const [a, b] = ['analyzing', 'reasoning'];
    for (const part of [a, a, b, a, b]) await report(store, endpointId, latest({ part }));

    const { id } = await report(store, endpointId, terminal);

    assert.equal((await readDelivery(store, id)).supersededCount, 5);
    assert.equal((await store.finder.backlog()).pendingCount, 1);
  },

  'other parts, groups, endpoints and tenants are left alone': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const others = [
      await report(store, endpointId, latest({ part: 'reasoning' })),
      await report(store, endpointId, latest({ group: 'task:t-2' })),
      await report(store, sampleId('endpoint'), latest()),
    ];
    const theirs = plannedDelivery({ endpointId, coalescing: latest() });
    await acceptOne(store, plannedEvent({ event: { tenantId: globex }, deliveries: [theirs] }));

    const { answer } = await report(store, endpointId, latest());

    assert.equal(answer.superseded, undefined);
    const states = await statesOf(
      store,
      others.map(({ id }) => id),
    );
    assert.deepEqual(states, ['pending', 'pending', 'pending']);
  },

  'the end of a task supersedes every part but what is kept': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const started = await report(store, endpointId, latest({ isKept: true, supersedes: 'none' }));
    const first = await report(store, endpointId, firstReport);
    const second = await report(store, endpointId, latest());
    const other = await report(store, endpointId, latest({ part: 'reasoning' }));

    const { answer, id } = await report(store, endpointId, terminal);

    const ids = [started.id, first.id, second.id, other.id, id];
    const kept = ['pending', 'pending', 'superseded', 'superseded', 'pending'];
    assert.deepEqual(await statesOf(store, ids), kept);
    assert.deepEqual(answer.placed?.[0]?.supersededCount, 2);
  },

  'the first report of a step stays, and the newest follows it': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const first = await report(store, endpointId, firstReport);
    const second = await report(store, endpointId, latest());

    const third = await report(store, endpointId, latest());

    const states = await statesOf(store, [first.id, second.id, third.id]);
    assert.deepEqual(states, ['pending', 'superseded', 'pending']);
  },

  'what supersedes none leaves all': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const { id } = await report(store, endpointId, latest());

    const { answer } = await report(store, endpointId, latest({ supersedes: 'none' }));

    assert.deepEqual(await statesOf(store, [id]), ['pending']);
    assert.equal(answer.placed, undefined);
  },

  'what was delivered is not superseded, and counts for nothing': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest());
    const held = (await holdAll(store))(endpointId);
    await recordMoved(store, attemptRecord(await readPending(store, old.id), held));

    const { answer } = await report(store, endpointId, latest());

    assert.equal(answer.superseded, undefined);
    assert.deepEqual(await statesOf(store, [old.id]), ['delivered']);
  },

  'one that waits to be tried again is superseded too': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest());
    const held = (await holdAll(store))(endpointId);
    await recordMoved(store, failedRecord(await readPending(store, old.id), held, at(60_000)));

    const { id } = await report(store, endpointId, latest());

    assert.deepEqual(await statesOf(store, [old.id, id]), ['superseded', 'pending']);
  },

  'a dead letter that is retried takes no part any more': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest());
    const held = (await holdAll(store))(endpointId);
    await recordMoved(store, deadRecord(await readPending(store, old.id), held));
    const retry = { tenantId: acme, deliveryId: old.id, at: at(70), to: 'retry' } as const;
    await store.queue.change([retry]);

    const { answer } = await report(store, endpointId, terminal);

    assert.equal(answer.superseded, undefined);
    assert.deepEqual(await statesOf(store, [old.id]), ['pending']);
  },

  'one that a person wants tried at once may still be superseded': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest());
    const retry = { tenantId: acme, deliveryId: old.id, at: at(70), to: 'retry' } as const;
    await store.queue.change([retry]);

    await report(store, endpointId, latest());

    assert.deepEqual(await statesOf(store, [old.id]), ['superseded']);
  },

  'a superseded delivery is neither retried nor cancelled': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const { id: deliveryId } = await report(store, endpointId, latest());
    await report(store, endpointId, latest());

    const [retry, cancel] = await store.queue.change([
      { tenantId: acme, deliveryId, at: at(70), to: 'retry' },
      { tenantId: acme, deliveryId, at: at(71), to: 'cancel' },
    ]);

    assert.deepEqual([retry?.is, cancel?.is], ['refused', 'refused']);
  },

  'what a delivery stands for is there after a restart': async (under) => {
    const endpointId = sampleId('endpoint');
    await report(under.store, endpointId, latest());
    const { id } = await report(under.store, endpointId, latest());

    const store = await under.reopen();
    const { answer } = await report(store, endpointId, terminal);

    assert.deepEqual(answer.superseded, [{ deliveryId: id, endpointId }]);
    assert.equal(answer.placed?.[0]?.supersededCount, 2);
  },
};

const orderKey = 'task:t-1';

const order: Laws = {
  'a new one is the head of its key when nothing is left before it': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, latest(), { orderKey });

    const { id, answer } = await report(store, endpointId, latest(), { orderKey });

    assert.deepEqual(answer.followers, []);
    assert.equal(answer.promoted, undefined);
    assert.deepEqual(await loadedIds(store, endpointId), [id]);
  },

  'followers go on by position when their head is superseded': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, latest({ part: 'reasoning' }), { orderKey });
    const kept = await report(store, endpointId, firstReport, { orderKey });
    await report(store, endpointId, latest(), { orderKey });
    const keptToo = await report(store, endpointId, firstReport, { orderKey });

    const { id, answer } = await report(store, endpointId, terminal, { orderKey });

    assert.deepEqual(answer.followers, [0]);
    assert.deepEqual(answer.promoted, [await readPending(store, kept.id)]);
    assert.deepEqual(await sentInOrder(store, endpointId), [kept.id, keptToo.id, id]);
  },

  'a superseded follower leaves the head where it is': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const head = await report(store, endpointId, firstReport, { orderKey });
    await report(store, endpointId, latest(), { orderKey });

    const { id, answer } = await report(store, endpointId, latest(), { orderKey });

    assert.deepEqual(answer.followers, [0]);
    assert.equal(answer.promoted, undefined);
    assert.deepEqual(await sentInOrder(store, endpointId), [head.id, id]);
  },

  'a superseded head of another key lets that go on': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, latest(), { orderKey: 'other' });
    const behind = await report(store, endpointId, firstReport, { orderKey: 'other' });

    const { id, answer } = await report(store, endpointId, latest(), { orderKey });

    assert.deepEqual(answer.followers, []);
    assert.deepEqual(answer.promoted, [await readPending(store, behind.id)]);
    assert.deepEqual(await loadedIds(store, endpointId), [behind.id, id]);
  },

  'a dead letter that holds the key goes on holding it': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const head = await report(store, endpointId, latest(), { orderKey });
    const held = (await holdAll(store))(endpointId);
    await recordMoved(store, deadRecord(await readPending(store, head.id), held, true));
    await report(store, endpointId, latest(), { orderKey });

    const { answer } = await report(store, endpointId, latest(), { orderKey });

    assert.deepEqual(answer.followers, [0]);
    assert.deepEqual(await loadedIds(store, endpointId), []);
  },
};

/** Delivers what may go until nothing may; answers what went. */
async function sentInOrder(store: Store, endpointId: ReturnType<typeof sampleId<'endpoint'>>) {
  const held = (await holdAll(store))(endpointId);
  const sent: DeliveryId[] = [];
  for (let loaded = await loadAll(store, endpointId); loaded.length > 0;) {
    const [head] = loaded;
    assert.ok(head !== undefined && loaded.length === 1, 'a key has two heads');
    sent.push(head.id);
    await recordMoved(store, attemptRecord(head, held));
    loaded = await loadAll(store, endpointId);
  }
  return sent;
}

const flights: Laws = {
  'one superseded in flight that arrives is delivered': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest(), { orderKey });
    const held = (await holdAll(store))(endpointId);
    const inFlight = await readPending(store, old.id);
    const { id } = await report(store, endpointId, latest(), { orderKey });

    const promoted = await recordMoved(store, attemptRecord(inFlight, held));

    assert.equal(promoted, null);
    assert.deepEqual(await statesOf(store, [old.id, id]), ['delivered', 'pending']);
    assert.deepEqual(await loadedIds(store, endpointId), [id]);
  },

  'one superseded in flight that fails is not tried again': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest(), { orderKey });
    const held = (await holdAll(store))(endpointId);
    const inFlight = await readPending(store, old.id);
    const { id } = await report(store, endpointId, latest(), { orderKey });

    const answer = await recordOne(store, failedRecord(inFlight, held, at(9)));

    assert.deepEqual(answer, {
      is: 'kept',
      state: { is: 'superseded', at: at(0), by: id },
    });
    assert.deepEqual(await statesOf(store, [old.id]), ['superseded']);
    const page = { before: null, limit: 10 };
    const log = await store.log.search({ tenantId: acme, deliveryId: old.id }, page);
    assert.equal(log.rows.length, 1);
  },
};

const answers: Laws = {
  'of two in one call the second supersedes the first': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [planned(endpointId, latest()), planned(endpointId, latest())];

    const [, second] = await store.queue.accept(plans);

    assert.ok(second?.is === 'accepted');
    assert.deepEqual(second.superseded, [{ deliveryId: plans[0]?.id, endpointId }]);
    assert.deepEqual(await loadedIds(store, endpointId), [plans[1]?.id]);
  },

  'a repeated accept is answered as the first was': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, latest({ part: 'reasoning' }), { orderKey });
    await report(store, endpointId, firstReport, { orderKey });
    await report(store, endpointId, latest(), { orderKey });
    const { answer, plan } = await report(store, endpointId, terminal, { orderKey });

    const again = await acceptOne(store, plan);

    assert.deepEqual(again, answer);
    assert.equal(answer.superseded?.length, 2);
    assert.equal(answer.promoted?.length, 1);
  },

  'a repeat offers nothing that was superseded since': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const { plan } = await report(store, endpointId, latest(), { orderKey });
    await report(store, endpointId, latest(), { orderKey });

    const again = await acceptOne(store, plan);

    assert.deepEqual(again.followers, [0]);
  },

  'deliveries follow their event without a gap, whatever they supersede': async ({ store }) => {
    const endpoints = [sampleId('endpoint'), sampleId('endpoint')];
    for (const endpointId of endpoints) await report(store, endpointId, latest());
    const deliveries = endpoints.map((endpointId) =>
      plannedDelivery({ endpointId, coalescing: latest() }),
    );

    const { position, superseded } = await acceptOne(store, plannedEvent({ deliveries }));

    const made = await Promise.all(deliveries.map(({ id }) => readDelivery(store, id)));
    assert.deepEqual(
      made.map((each) => each.position - position),
      [1, 2],
    );
    assert.equal(superseded?.length, 2);
  },

  'a tail tells the owner what to forget': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const old = await report(store, endpointId, latest());
    const { position } = await store.queue.tail({ shards: allShards, after: null, limit: 10 });

    const { id } = await report(store, endpointId, latest());

    const { items } = await store.queue.tail({ shards: allShards, after: position, limit: 10 });
    const told = items.map((item) =>
      item.kind === 'accepted' ? item.delivery.id : [item.deliveryId, item.to],
    );
    assert.deepEqual(told, [id, [old.id, 'supersede']]);
  },
};
