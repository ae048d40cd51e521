import assert from 'node:assert/strict';
import type { DeliveryId } from '../../core/ids.ts';
import type { DeliveryChange } from '../queue.ts';
import { acceptOne, loadedIds, owe, readDelivery, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord, globex } from './sample.ts';
import { idempotencyRow, plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** What a person may do to a delivery, and how a disabled endpoint's are ended. */
export function changingContract(open: OpenStore): void {
  registerLaws(open, retrying);
  registerLaws(open, cancelling);
  registerLaws(open, keeping);
  registerLaws(open, settling);
}

function change(deliveryId: DeliveryId, to: DeliveryChange['to'], ms = 500): DeliveryChange {
  return { tenantId: acme, deliveryId, at: at(ms), to };
}

const retrying: Laws = {
  'a retried dead letter is due at once with a new budget, and its numbers go on': async ({
    store,
  }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, failedRecord(delivery, held, at(10)));
    await recordMoved(store, deadRecord(await readPending(store, delivery.id), held));

    const [answer] = await store.queue.change([change(delivery.id, 'retry')]);

    const expected = {
      ...delivery,
      dueAt: at(500),
      firstDueAt: at(500),
      attemptCount: 2,
      budgetFrom: 2,
      failingSince: null,
    };
    assert.deepEqual(answer, {
      is: 'changed',
      endpointId: delivery.endpointId,
      delivery: expected,
      promoted: null,
    });
    assert.deepEqual(await readPending(store, delivery.id), expected);
    assert.deepEqual(await loadedIds(store, delivery.endpointId), [delivery.id]);
  },

  'a waiting delivery is brought forward by a retry': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, failedRecord(delivery, held, at(90_000)));

    const answers = [
      await store.queue.change([change(delivery.id, 'retry')]),
      await store.queue.change([change(delivery.id, 'retry')]),
    ];

    const after = await readPending(store, delivery.id);
    assert.equal(after.dueAt, at(500));
    assert.equal(after.budgetFrom, 1);
    assert.deepEqual(answers[1], answers[0]);
  },

  'a record that was in flight during the retry still moves its delivery': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await store.queue.change([change(delivery.id, 'retry')]);

    await recordMoved(store, attemptRecord(delivery, held));

    assert.equal((await readDelivery(store, delivery.id)).state.is, 'delivered');
  },

  'what is delivered, superseded or cancelled cannot be retried': async ({ store }) => {
    const delivered = await owe(store);
    await recordMoved(store, attemptRecord(delivered.delivery, delivered.held));
    const cancelled = await owe(store);
    await store.queue.change([change(cancelled.delivery.id, 'cancel')]);

    for (const { delivery } of [delivered, cancelled]) {
      const before = await readDelivery(store, delivery.id);
      const [answer] = await store.queue.change([change(delivery.id, 'retry', 900)]);

      assert.deepEqual(answer, { is: 'refused', state: before.state });
      assert.deepEqual(await readDelivery(store, delivery.id), before);
    }
  },
};

const cancelling: Laws = {
  'a cancelled delivery is over': async ({ store }) => {
    const { delivery } = await owe(store);

    const [answer] = await store.queue.change([change(delivery.id, 'cancel')]);

    assert.deepEqual(answer, {
      is: 'changed',
      endpointId: delivery.endpointId,
      delivery: null,
      promoted: null,
    });
    const { state } = await readDelivery(store, delivery.id);
    assert.deepEqual(state, { is: 'cancelled', at: at(500), reason: 'asked' });
    assert.deepEqual(await loadedIds(store, delivery.endpointId), []);
  },

  'a dead letter can be cancelled': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));

    const [answer] = await store.queue.change([change(delivery.id, 'cancel')]);

    assert.equal(answer?.is, 'changed');
    assert.equal((await readDelivery(store, delivery.id)).state.is, 'cancelled');
  },

  'what is delivered or cancelled cannot be cancelled': async ({ store }) => {
    const delivered = await owe(store);
    await recordMoved(store, attemptRecord(delivered.delivery, delivered.held));
    const cancelled = await owe(store);
    await store.queue.change([change(cancelled.delivery.id, 'cancel')]);

    for (const { delivery } of [delivered, cancelled]) {
      const { state } = await readDelivery(store, delivery.id);
      const [answer] = await store.queue.change([change(delivery.id, 'cancel', 900)]);

      assert.deepEqual(answer, { is: 'refused', state });
    }
  },

  'changes of one call are judged one by one, in order': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));
    const other = await owe(store);

    const answers = await store.queue.change([
      change(delivery.id, 'cancel'),
      change(delivery.id, 'retry'),
      change(sampleId('delivery'), 'cancel'),
      { ...change(other.delivery.id, 'cancel'), tenantId: globex },
      change(other.delivery.id, 'cancel'),
    ]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['changed', 'refused', 'unknown', 'unknown', 'changed'],
    );
    assert.deepEqual(await store.queue.change([]), []);
  },
};

const keeping: Laws = {
  'a change keeps the answer of its request, and a repeat changes nothing': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));
    const row = idempotencyRow({ path: `/v1/deliveries/${delivery.id}/retry` });
    const kept = { ...change(delivery.id, 'retry'), idempotency: row };
    await store.queue.change([kept]);
    const before = await readDelivery(store, delivery.id);

    const other = { ...row, bodyDigest: 'f'.repeat(64) };
    const [again] = await store.queue.change([{ ...kept, at: at(900) }]);
    const [conflict] = await store.queue.change([{ ...kept, idempotency: other }]);

    assert.deepEqual(again, { is: 'repeated', row });
    assert.deepEqual(conflict, { is: 'idempotency_conflict' });
    assert.deepEqual(await readDelivery(store, delivery.id), before);
  },

  'a change that is refused keeps no answer': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held));
    const row = idempotencyRow();

    const [answer] = await store.queue.change([
      { ...change(delivery.id, 'retry'), idempotency: row },
    ]);

    assert.equal(answer?.is, 'refused');
    assert.equal(await store.finder.idempotency({ ...row, now: at(501) }), null);
  },
};

const settling: Laws = {
  'waiting deliveries end oldest first, in steps that say when none is left': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = Array.from({ length: 5 }, (_, n) =>
      plannedDelivery({ endpointId, dueAt: at(500 - n) }),
    );
    await acceptOne(store, plannedEvent({ deliveries: plans }));
    const dead = { is: 'dead', reason: 'endpoint_disabled' } as const;
    const request = { tenantId: acme, endpointId, at: at(700), as: dead, limit: 2 };

    const first = await store.queue.settle(request);
    const left = await loadedIds(store, endpointId);
    const others = [await store.queue.settle(request), await store.queue.settle(request)];

    assert.deepEqual(first, { count: 2, isDone: false });
    assert.deepEqual(
      left.toSorted(),
      plans
        .slice(2)
        .map(({ id }) => id)
        .toSorted(),
    );
    assert.deepEqual(others, [
      { count: 2, isDone: false },
      { count: 1, isDone: true },
    ]);
    for (const { id } of plans) {
      const { state } = await readDelivery(store, id);
      assert.deepEqual(state, { is: 'dead', at: at(700), reason: 'endpoint_disabled' });
    }
    assert.deepEqual(await store.queue.settle(request), { count: 0, isDone: true });
  },

  'a step that ends the last one says so': async ({ store }) => {
    const { delivery } = await owe(store);

    const answer = await store.queue.settle({
      tenantId: acme,
      endpointId: delivery.endpointId,
      at: at(1),
      as: { is: 'cancelled', reason: 'endpoint_deleted' },
      limit: 1,
    });

    assert.deepEqual(answer, { count: 1, isDone: true });
    const { state } = await readDelivery(store, delivery.id);
    assert.deepEqual(state, { is: 'cancelled', at: at(1), reason: 'endpoint_deleted' });
  },

  'followers end with their heads, and between steps the oldest left is the head': async ({
    store,
  }) => {
    const endpointId = sampleId('endpoint');
    const plans = Array.from({ length: 4 }, () => plannedDelivery({ endpointId, orderKey: 'k' }));
    await store.queue.accept(plans.map((plan) => plannedEvent({ deliveries: [plan] })));
    const dead = { is: 'dead', reason: 'endpoint_disabled' } as const;
    const request = { tenantId: acme, endpointId, at: at(700), as: dead, limit: 2 };

    await store.queue.settle(request);
    const between = await loadedIds(store, endpointId);
    const last = await store.queue.settle(request);

    assert.deepEqual(between, [plans[2]?.id]);
    assert.deepEqual(last, { count: 2, isDone: true });
    const next = plannedDelivery({ endpointId, orderKey: 'k' });
    const { followers } = await acceptOne(store, plannedEvent({ deliveries: [next] }));
    assert.deepEqual(followers, []);
  },

  'settling touches neither what has ended nor anybody else': async ({ store }) => {
    const ended = await owe(store);
    await recordMoved(store, attemptRecord(ended.delivery, ended.held));
    const other = await owe(store);
    const { endpointId } = ended.delivery;
    const dead = { is: 'dead', reason: 'endpoint_disabled' } as const;
    const theirs = { tenantId: globex, endpointId: other.delivery.endpointId };

    const answers = [
      await store.queue.settle({ tenantId: acme, endpointId, at: at(9), as: dead, limit: 9 }),
      await store.queue.settle({ ...theirs, at: at(9), as: dead, limit: 9 }),
    ];

    assert.deepEqual(answers, [
      { count: 0, isDone: true },
      { count: 0, isDone: true },
    ]);
    assert.equal((await readDelivery(store, ended.delivery.id)).state.is, 'delivered');
    assert.deepEqual(await readPending(store, other.delivery.id), other.delivery);
  },
};
