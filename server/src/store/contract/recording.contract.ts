import assert from 'node:assert/strict';
import { later } from '../../core/instant.ts';
import type { AttemptRecord } from '../queue.ts';
import { acceptOne, holdAll, loadAll, loadedIds, owe } from './arrange.ts';
import { readDelivery, readPending, recordMoved, recordOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import {
  acme,
  at,
  attemptRecord,
  deadRecord,
  failed503,
  failedRecord,
  readBack,
  sampleSight,
  seen,
} from './sample.ts';
import { plannedDelivery, plannedEvent, sampleAttempt, sampleHealth } from './sample.ts';

/** An attempt and the state it leads to are one; each record is judged alone. */
export function recordingContract(open: OpenStore): void {
  registerLaws(open, moving);
  registerLaws(open, keeping);
  registerLaws(open, repeating);
}

const moving: Laws = {
  'a success moves its delivery and leaves an attempt': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const record = attemptRecord(delivery, held, { at: at(40) });

    const answer = await recordOne(store, record);

    assert.deepEqual(answer, { is: 'moved', promoted: null });
    const { dueAt: _, ...rest } = delivery;
    assert.deepEqual(await readDelivery(store, delivery.id), {
      ...rest,
      attemptCount: 1,
      state: { is: 'delivered', at: at(40) },
    });
    assert.ok(record.attempt);
    const found = await store.log.get({ tenantId: acme, id: record.attempt.id });
    assert.ok(found);
    assert.ok(record.attempt);
    assert.deepEqual(found, { ...readBack(record.attempt), position: found.position });
    assert.deepEqual(await loadedIds(store, delivery.endpointId), []);
  },

  'a failure leaves its delivery pending until its next due time': async ({ store }) => {
    const { delivery, held } = await owe(store);

    await recordMoved(store, failedRecord(delivery, held, at(5_000)));

    const [waiting] = await loadAll(store, delivery.endpointId);
    assert.deepEqual(waiting, {
      ...delivery,
      dueAt: at(5_000),
      attemptCount: 1,
      failingSince: later(delivery.dueAt, 20),
    });
  },

  'a dead letter keeps its reason and its moment': async ({ store }) => {
    const { delivery, held } = await owe(store);

    await recordMoved(store, { ...deadRecord(delivery, held), at: at(77) });

    const { state } = await readDelivery(store, delivery.id);
    assert.deepEqual(state, { is: 'dead', at: at(77), reason: 'attempts_exhausted' });
    assert.deepEqual(await loadedIds(store, delivery.endpointId), []);
  },

  'an interrupted attempt takes a number and spends no budget': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const record = attemptRecord(delivery, held, {
      attempt: sampleAttempt(delivery, {
        status: 'failed',
        statusCode: null,
        error: 'interrupted',
        ...seen({ ...sampleSight(delivery), answer: null }),
      }),
      next: { is: 'pending', dueAt: delivery.dueAt, budgetFrom: delivery.budgetFrom + 1 },
    });

    await recordMoved(store, record);

    const after = await readPending(store, delivery.id);
    assert.deepEqual(after, { ...delivery, attemptCount: 1, budgetFrom: 1 });
  },

  'a state reached without an attempt takes no number and leaves no attempt': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const next = { is: 'dead', reason: 'expired', holdsKey: false } as const;

    await recordMoved(store, attemptRecord(delivery, held, { attempt: null, next }));

    const after = await readDelivery(store, delivery.id);
    assert.equal(after.attemptCount, 0);
    assert.equal(after.state.is, 'dead');
    const page = { before: null, limit: 10 };
    assert.deepEqual((await store.log.search({ tenantId: acme }, page)).rows, []);
  },

  'two attempts of one delivery may stand in one call': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const failed = failedRecord(delivery, held, at(10));
    const second = { ...delivery, attemptCount: 1 };

    const answers = await store.queue.record([failed, attemptRecord(second, held)]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['moved', 'moved'],
    );
    const after = await readDelivery(store, delivery.id);
    assert.equal(after.attemptCount, 2);
    assert.equal(after.state.is, 'delivered');
  },

  'every field of an attempt comes back, its bytes included': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const attempt = sampleAttempt(delivery, {
      ...failed503,
      latencyMs: 1_234.5678,
      ...seen({
        phases: {
          queueMs: 0.25,
          dnsMs: 3,
          connectMs: null,
          tlsMs: 7.125,
          firstByteMs: null,
          bodyMs: null,
        },
        request: {
          url: 'https://ünï.example/?q=%20',
          headers: [
            ['x-twice', 'a'],
            ['x-twice', 'b'],
          ],
        },
        answer: {
          headers: [['set-cookie', '\u00ff']],
          body: Uint8Array.of(0xff, 0, 0xfe),
          isTruncated: true,
        },
      }),
    });

    await recordMoved(store, { ...failedRecord(delivery, held, at(1)), attempt });

    const found = await store.log.get({ tenantId: acme, id: attempt.id });
    assert.ok(found);
    assert.deepEqual(found, { ...readBack(attempt), position: found.position });
  },

  'a call about nothing is answered with nothing': async ({ store }) => {
    assert.deepEqual(await store.queue.record([]), []);
  },
};

const keeping: Laws = {
  'a failure of a delivery cancelled in flight is logged and counted, and changes nothing else':
    async ({ store }) => {
      const { delivery, held } = await owe(store);
      const cancel = { tenantId: acme, deliveryId: delivery.id, at: at(9), to: 'cancel' } as const;
      await store.queue.change([cancel]);
      const before = await readDelivery(store, delivery.id);
      const record = failedRecord(delivery, held, at(50));

      const answer = await recordOne(store, {
        ...record,
        health: sampleHealth(delivery, { failedCount: 1 }),
      });

      assert.deepEqual(answer, { is: 'kept', state: before.state });
      const after = await readDelivery(store, delivery.id);
      assert.deepEqual(after, { ...before, attemptCount: 1 });
      assert.deepEqual(await store.catalogue.health(), []);
      assert.ok(record.attempt);
      assert.ok(await store.log.get({ tenantId: acme, id: record.attempt.id }));
    },

  'a success of a delivery cancelled in flight counts': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const cancel = { tenantId: acme, deliveryId: delivery.id, at: at(9), to: 'cancel' } as const;
    await store.queue.change([cancel]);

    const answer = await recordOne(store, attemptRecord(delivery, held, { at: at(30) }));

    assert.deepEqual(answer, { is: 'moved', promoted: null });
    const after = await readDelivery(store, delivery.id);
    assert.deepEqual(after.state, { is: 'delivered', at: at(30) });
    assert.equal(after.attemptCount, 1);
  },

  'a success of a delivery that died in flight is logged, and it stays dead': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await store.queue.settle({
      tenantId: acme,
      endpointId: delivery.endpointId,
      at: at(9),
      as: { is: 'dead', reason: 'endpoint_disabled' },
      limit: 10,
    });

    const answer = await recordOne(store, attemptRecord(delivery, held));

    const state = { is: 'dead', at: at(9), reason: 'endpoint_disabled' };
    assert.deepEqual(answer, { is: 'kept', state });
    assert.deepEqual((await readDelivery(store, delivery.id)).state, state);
  },

  'a record made from another attempt count moves nothing': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, failedRecord(delivery, held, at(100)));
    const before = await readDelivery(store, delivery.id);

    const late = await recordOne(store, attemptRecord(delivery, held));
    const early = await recordOne(store, attemptRecord({ ...delivery, attemptCount: 2 }, held));

    assert.deepEqual(late, { is: 'kept', state: before.state });
    assert.deepEqual(early, { is: 'kept', state: before.state });
    assert.deepEqual(await readDelivery(store, delivery.id), before);
  },

  'a record from before a restart of its only owner changes nothing': async (under, t) => {
    if (under.store.capabilities.isShared) {
      return t.skip('capabilities.isShared: a lease outlives its node until it runs out');
    }
    const { delivery, held } = await owe(under.store);
    const store = await under.reopen();
    await holdAll(store);
    const record = attemptRecord(delivery, held);

    const answer = await recordOne(store, record);

    assert.deepEqual(answer, { is: 'lease_lost' });
    assert.deepEqual(await readPending(store, delivery.id), delivery);
    assert.ok(record.attempt);
    assert.equal(await store.log.get({ tenantId: acme, id: record.attempt.id }), null);
  },

  'records of one call are judged one by one': async ({ store }) => {
    const kept = await owe(store);
    const moved = await owe(store);
    const cancel = {
      tenantId: acme,
      deliveryId: kept.delivery.id,
      at: at(9),
      to: 'cancel',
    } as const;
    await store.queue.change([cancel]);
    const lost = { ...moved.held, epoch: moved.held.epoch - 1 };

    const answers = await store.queue.record([
      failedRecord(kept.delivery, kept.held, at(60)),
      failedRecord(moved.delivery, lost, at(60)),
      failedRecord(moved.delivery, moved.held, at(70)),
    ]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['kept', 'lease_lost', 'moved'],
    );
    assert.equal((await readPending(store, moved.delivery.id)).dueAt, at(70));
  },
};

const repeating: Laws = {
  'the same record again is answered the same and stored once': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const failed = failedRecord(delivery, held, at(100));
    await recordMoved(store, failed);
    const before = await readDelivery(store, delivery.id);

    const again = await recordOne(store, failed);

    assert.deepEqual(again, { is: 'moved', promoted: null });
    assert.deepEqual(await readDelivery(store, delivery.id), before);
    assert.equal(await countAttempts(store, failed), 1);
  },

  'a repeated record is known though its delivery has moved on since': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const first = failedRecord(delivery, held, at(100));
    await recordMoved(store, first);
    await recordMoved(store, attemptRecord(await readPending(store, delivery.id), held));
    const before = await readDelivery(store, delivery.id);

    const again = await recordOne(store, first);

    assert.equal(again.is, 'moved');
    assert.deepEqual(await readDelivery(store, delivery.id), before);
    assert.equal(await countAttempts(store, first), 2);
  },

  'a repeat tells again what it promoted': async ({ store }) => {
    const first = await owe(store, { orderKey: 'k' });
    const { endpointId } = first.delivery;
    const follower = plannedDelivery({ endpointId, orderKey: 'k' });
    await acceptOne(store, plannedEvent({ deliveries: [follower] }));
    const record = attemptRecord(first.delivery, first.held);

    const [promoted, again] = [await recordMoved(store, record), await recordOne(store, record)];

    assert.equal(promoted?.id, follower.id);
    assert.deepEqual(again, { is: 'moved', promoted });
  },

  'a kept record again is kept again and stored once': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const cancel = { tenantId: acme, deliveryId: delivery.id, at: at(9), to: 'cancel' } as const;
    await store.queue.change([cancel]);
    const record = failedRecord(delivery, held, at(50));

    const answers = [await recordOne(store, record), await recordOne(store, record)];

    assert.equal(answers[0]?.is, 'kept');
    assert.deepEqual(answers[1], answers[0]);
    assert.equal(await countAttempts(store, record), 1);
    assert.equal((await readDelivery(store, delivery.id)).attemptCount, 1);
  },

  'an end without an attempt may be told again': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const next = { is: 'dead', reason: 'expired', holdsKey: false } as const;
    const record = attemptRecord(delivery, held, { attempt: null, next });

    const answers = [await recordOne(store, record), await recordOne(store, record)];

    assert.deepEqual(answers, [
      { is: 'moved', promoted: null },
      { is: 'moved', promoted: null },
    ]);
  },

  'the same record twice in one call is stored once': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const record = failedRecord(delivery, held, at(100));

    const answers = await store.queue.record([record, record]);

    assert.deepEqual(answers[1], answers[0]);
    assert.equal((await readDelivery(store, delivery.id)).attemptCount, 1);
    assert.equal(await countAttempts(store, record), 1);
  },
};

async function countAttempts(
  store: Parameters<typeof recordOne>[0],
  { deliveryId }: AttemptRecord,
): Promise<number> {
  const page = { before: null, limit: 10 };
  return (await store.log.search({ tenantId: acme, deliveryId }, page)).rows.length;
}
