import assert from 'node:assert/strict';
import {
  acceptOne,
  holdAll,
  loadedIds,
  owe,
  oweInOrder,
  readDelivery,
  readPending,
} from './arrange.ts';
import { recordMoved, recordOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Of an endpoint's order key one delivery at a time can be loaded: the oldest. */
export function orderingContract(open: OpenStore): void {
  registerLaws(open, heads);
  registerLaws(open, promotions);
  registerLaws(open, holds);
  registerLaws(open, retries);
  registerLaws(open, outsideOrder);
}

const heads: Laws = {
  'only the oldest delivery of a key is loaded': async ({ store }) => {
    const { endpointId, ids, head } = await oweInOrder(store, 3);

    assert.deepEqual(await loadedIds(store, endpointId), [head.id]);
    for (const id of ids) assert.equal((await readDelivery(store, id)).state.is, 'pending');
  },

  'accept names the deliveries that must wait': async ({ store }) => {
    const [slow, other] = [sampleId('endpoint'), sampleId('endpoint')];
    const to = (endpointId: typeof slow, orderKey: string | null) =>
      plannedDelivery({ endpointId, orderKey });
    await acceptOne(store, plannedEvent({ deliveries: [to(slow, 'k')] }));

    const answer = await acceptOne(
      store,
      plannedEvent({ deliveries: [to(other, 'k'), to(slow, 'k'), to(other, null)] }),
    );

    assert.deepEqual(answer.followers, [1]);
  },

  'of two events in one call the second waits for the first': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [1, 2].map(() => plannedDelivery({ endpointId, orderKey: 'k' }));

    const answers = await store.queue.accept(
      plans.map((plan) => plannedEvent({ deliveries: [plan] })),
    );

    const followers = answers.map((each) => (each.is === 'accepted' ? each.followers : null));
    assert.deepEqual(followers, [[], [0]]);
    assert.deepEqual(await loadedIds(store, endpointId), [plans[0]?.id]);
  },

  'keys, endpoints and unordered deliveries do not wait for one another': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [
      plannedDelivery({ endpointId, orderKey: 'a' }),
      plannedDelivery({ endpointId, orderKey: 'b' }),
      plannedDelivery({ endpointId, orderKey: '' }),
      plannedDelivery({ endpointId, orderKey: null }),
      plannedDelivery({ endpointId, orderKey: null }),
    ];

    for (const plan of plans) await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    const ids = plans.map(({ id }) => id);
    assert.deepEqual(await loadedIds(store, endpointId), ids);
  },

  'a failing head stays the head': async ({ store }) => {
    const { endpointId, head, held } = await oweInOrder(store, 2);

    const promoted = await recordMoved(store, failedRecord(head, held, at(60_000)));

    assert.equal(promoted, null);
    assert.deepEqual(await loadedIds(store, endpointId), [head.id]);
  },

  'a head that is due late keeps an earlier due time behind it': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const late = plannedDelivery({ endpointId, orderKey: 'k', dueAt: at(9_000) });
    const early = plannedDelivery({ endpointId, orderKey: 'k', dueAt: at(0) });
    await acceptOne(store, plannedEvent({ deliveries: [late] }));

    await acceptOne(store, plannedEvent({ deliveries: [early] }));

    assert.deepEqual(await loadedIds(store, endpointId), [late.id]);
  },
};

const promotions: Laws = {
  'a delivered head lets the next by position go, whatever its due time': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [0, 9_000, 5].map((ms) =>
      plannedDelivery({ endpointId, orderKey: 'k', dueAt: at(ms) }),
    );
    await store.queue.accept(plans.map((plan) => plannedEvent({ deliveries: [plan] })));
    const held = (await holdAll(store))(endpointId);
    const head = await readPending(store, plans[0]?.id ?? sampleId('delivery'));

    const promoted = await recordMoved(store, attemptRecord(head, held));

    const second = plans[1];
    assert.ok(second && promoted);
    assert.deepEqual(promoted, await readPending(store, second.id));
    assert.deepEqual(await loadedIds(store, endpointId), [second.id]);
  },

  'a dead head lets the next go': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 2);

    const promoted = await recordMoved(store, deadRecord(head, held));

    assert.equal(promoted?.id, ids[1]);
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
  },

  'a cancelled head lets the next go': async ({ store }) => {
    const { endpointId, ids, head } = await oweInOrder(store, 2);

    const [answer] = await store.queue.change([
      { tenantId: acme, deliveryId: head.id, at: at(9), to: 'cancel' },
    ]);

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.promoted?.id, ids[1]);
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
  },

  'a cancelled follower lets nothing go and is passed over': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 3);
    const [, second, third] = ids;
    assert.ok(second);

    const [cancelled] = await store.queue.change([
      { tenantId: acme, deliveryId: second, at: at(9), to: 'cancel' },
    ]);
    const promoted = await recordMoved(store, attemptRecord(head, held));

    assert.ok(cancelled?.is === 'changed');
    assert.equal(cancelled.promoted, null);
    assert.equal(promoted?.id, third);
    assert.deepEqual(await loadedIds(store, endpointId), [third]);
  },

  'a late success of a cancelled head does not let a second one go': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 3);
    await store.queue.change([{ tenantId: acme, deliveryId: head.id, at: at(9), to: 'cancel' }]);

    const answer = await recordOne(store, attemptRecord(head, held));

    assert.deepEqual(answer, { is: 'moved', promoted: null });
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
  },

  'a whole key goes one by one, by position': async ({ store }) => {
    const { endpointId, ids, held, head } = await oweInOrder(store, 6);
    const gone = [head.id];

    let next = await recordMoved(store, attemptRecord(head, held));
    while (next !== null) {
      gone.push(next.id);
      next = await recordMoved(store, attemptRecord(next, held));
    }

    assert.deepEqual(gone, ids);
    assert.deepEqual(await loadedIds(store, endpointId), []);
  },

  'two of a key recorded in one call go in order': async ({ store }) => {
    const { ids, held, head } = await oweInOrder(store, 3);
    const second = await readPending(store, ids[1] ?? head.id);

    const answers = await store.queue.record([
      attemptRecord(head, held),
      attemptRecord(second, held),
    ]);

    const promoted = answers.map((each) => (each.is === 'moved' ? each.promoted?.id : each.is));
    assert.deepEqual(promoted, [ids[1], ids[2]]);
  },

  'a key that ran empty starts anew': async ({ store }) => {
    const { endpointId, head, held } = await oweInOrder(store, 1);
    await recordMoved(store, attemptRecord(head, held));
    const plan = plannedDelivery({ endpointId, orderKey: head.orderKey });

    const { followers } = await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    assert.deepEqual(followers, []);
    assert.deepEqual(await loadedIds(store, endpointId), [plan.id]);
  },
};

const holds: Laws = {
  'a dead letter that holds its key lets nothing go, nor what comes later': async ({ store }) => {
    const { endpointId, head, held } = await oweInOrder(store, 2);

    const promoted = await recordMoved(store, deadRecord(head, held, true));
    const plan = plannedDelivery({ endpointId, orderKey: head.orderKey });
    const { followers } = await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    assert.equal(promoted, null);
    assert.deepEqual(followers, [0]);
    assert.deepEqual(await loadedIds(store, endpointId), []);
  },

  'cancelling the dead letter that holds a key frees it': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 2);
    await recordMoved(store, deadRecord(head, held, true));

    const [answer] = await store.queue.change([
      { tenantId: acme, deliveryId: head.id, at: at(99), to: 'cancel' },
    ]);

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.promoted?.id, ids[1]);
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
  },

  'retrying the dead letter that holds a key frees it only by success': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 2);
    await recordMoved(store, deadRecord(head, held, true));

    const [answer] = await store.queue.change([
      { tenantId: acme, deliveryId: head.id, at: at(99), to: 'retry' },
    ]);
    const duringRetry = await loadedIds(store, endpointId);
    const retried = await readPending(store, head.id);
    const afterDeath = await recordMoved(store, deadRecord(retried, held, true));
    await store.queue.change([{ tenantId: acme, deliveryId: head.id, at: at(199), to: 'retry' }]);
    const again = await readPending(store, head.id);
    const afterSuccess = await recordMoved(store, attemptRecord(again, held));

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.promoted, null);
    assert.deepEqual(duringRetry, [head.id]);
    assert.equal(afterDeath, null);
    assert.equal(afterSuccess?.id, ids[1]);
  },
};

const retries: Laws = {
  'a follower asked to retry keeps its place, and is due once its turn comes': async ({
    store,
  }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 3);
    const [, second] = ids;
    assert.ok(second);

    const [answer] = await store.queue.change([
      { tenantId: acme, deliveryId: second, at: at(99), to: 'retry' },
    ]);
    const loaded = await loadedIds(store, endpointId);
    const promoted = await recordMoved(store, attemptRecord(head, held));

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.delivery?.id, second);
    assert.equal(answer.promoted, null);
    assert.deepEqual(loaded, [head.id]);
    assert.equal(promoted?.id, second);
    assert.equal(promoted?.dueAt, at(99));
  },

  'a head asked to retry keeps its place, so that one of its key may go': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 2);

    const [answer] = await store.queue.change([
      { tenantId: acme, deliveryId: head.id, at: at(99), to: 'retry' },
    ]);

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.delivery?.id, head.id);
    assert.equal(answer.promoted, null);
    assert.deepEqual(await loadedIds(store, endpointId), [head.id]);
    const promoted = await recordMoved(store, attemptRecord(head, held));
    assert.equal(promoted?.id, ids[1]);
  },
};

const outsideOrder: Laws = {
  'a retried dead letter goes beside the present head of its key': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 3);
    await recordMoved(store, deadRecord(head, held));

    await store.queue.change([{ tenantId: acme, deliveryId: head.id, at: at(99), to: 'retry' }]);
    const loaded = await loadedIds(store, endpointId);
    const retried = await readPending(store, head.id);
    const promoted = await recordMoved(store, attemptRecord(retried, held));

    assert.deepEqual(new Set(loaded), new Set([head.id, ids[1]]));
    assert.equal(retried.orderKey, head.orderKey);
    assert.equal(promoted, null);
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
  },

  'what comes later does not wait for a retried dead letter': async ({ store }) => {
    const { endpointId, head, held } = await oweInOrder(store, 1);
    await recordMoved(store, deadRecord(head, held));
    await store.queue.change([{ tenantId: acme, deliveryId: head.id, at: at(99), to: 'retry' }]);
    const plan = plannedDelivery({ endpointId, orderKey: head.orderKey });

    const { followers } = await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    assert.deepEqual(followers, []);
  },

  'a replay neither waits for a key nor makes others wait': async ({ store }) => {
    const { endpointId, ids } = await oweInOrder(store, 1, { orderKey: 'k' });
    const replay = plannedDelivery({ endpointId, orderKey: 'k', isReplay: true });
    const alone = await owe(store, { orderKey: 'k', isReplay: true });
    const next = plannedDelivery({ endpointId: alone.delivery.endpointId, orderKey: 'k' });

    const answers = [
      await acceptOne(store, plannedEvent({ deliveries: [replay] })),
      await acceptOne(store, plannedEvent({ deliveries: [next] })),
    ];

    assert.deepEqual(
      answers.map(({ followers }) => followers),
      [[], []],
    );
    assert.deepEqual(await loadedIds(store, endpointId), [ids[0], replay.id]);
  },

  'a delivery outside its order holds no key when it dies': async ({ store }) => {
    const { endpointId, head, held } = await oweInOrder(store, 1);
    await recordMoved(store, deadRecord(head, held));
    await store.queue.change([{ tenantId: acme, deliveryId: head.id, at: at(99), to: 'retry' }]);
    await recordMoved(store, deadRecord(await readPending(store, head.id), held, true));
    const plan = plannedDelivery({ endpointId, orderKey: head.orderKey });

    const { followers } = await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    assert.deepEqual(followers, []);
  },
};
