import assert from 'node:assert/strict';
import type { Store } from '../store.ts';
import { acceptOne, allShards, holdAll, loadedIds, owe, oweInOrder } from './arrange.ts';
import { readDelivery, readPending, recordMoved, recordOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, catalogueWrite, deadRecord } from './sample.ts';
import { endpointResource, failedRecord, guardedWrite, idempotencyRow } from './sample.ts';
import { keyResource, plannedDelivery, plannedEvent, sampleHealth } from './sample.ts';

/** What was answered is there after a restart, and after a power cut too. */
export function reopeningContract(open: OpenStore): void {
  registerLaws(open, restarts);
  registerLaws(open, powerCuts);
}

const restarts: Laws = {
  'everything is as it was before a restart': async (under) => {
    await fill(under.store);
    const before = await everything(under.store);

    const store = await under.reopen();

    assert.deepEqual(await everything(store), before);
  },

  'order goes on where it stood': async (under) => {
    const { endpointId, ids, head } = await oweInOrder(under.store, 3);

    const store = await under.reopen();
    const loaded = await loadedIds(store, endpointId);
    const held = (await holdAll(store))(endpointId);
    const promoted = await recordMoved(store, attemptRecord(head, held));

    assert.deepEqual(loaded, [ids[0]]);
    assert.equal(promoted?.id, ids[1]);
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
  },

  'a key held by a dead letter is still held': async (under) => {
    const { endpointId, head, held } = await oweInOrder(under.store, 2);
    await recordMoved(under.store, deadRecord(head, held, true));

    const store = await under.reopen();

    assert.deepEqual(await loadedIds(store, endpointId), []);
  },

  'a plan is still known': async (under) => {
    const planned = plannedEvent({ deliveries: [plannedDelivery()], writes: [guardedWrite()] });
    const first = await acceptOne(under.store, planned);

    const store = await under.reopen();

    assert.deepEqual(await acceptOne(store, planned), first);
  },

  'a tail goes on from a position of before': async (under) => {
    const query = { shards: allShards, limit: 10 };
    const { position } = await under.store.queue.tail({ ...query, after: null });
    const plan = plannedDelivery();
    await acceptOne(under.store, plannedEvent({ deliveries: [plan] }));

    const store = await under.reopen();
    const { items } = await store.queue.tail({ ...query, after: position });

    assert.equal(items.length, 1);
  },

  'what was asked before the store closed is there if it was answered': async (under) => {
    const planned = Array.from({ length: 50 }, () => plannedEvent());
    const asked = planned.map((each) => under.store.queue.accept([each]).catch(() => []));

    const store = await under.reopen();

    for (const [index, [answer]] of (await Promise.all(asked)).entries()) {
      if (answer === undefined) continue;
      const id = planned[index]?.event.id ?? assert.fail();
      assert.ok(await store.finder.event({ tenantId: acme, id }), `${id} was ${answer.is}`);
    }
  },

  'a store that is open says how it is': async ({ store }) => {
    await acceptOne(store, plannedEvent());

    const condition = store.condition();

    assert.equal(condition.accepts, 'yes');
    assert.ok(condition.commitCount >= 1);
    assert.ok(condition.committedRowCount >= 1);
  },
};

const powerCuts: Laws = {
  'what was answered outlives a power cut': async (under, t) => {
    const { crash } = under;
    if (crash === undefined) return t.skip('this opener cannot cut the power');
    await fill(under.store);
    const before = await everything(under.store);

    const store = await crash();

    assert.deepEqual(await everything(store), before);
  },

  'what was not answered is there whole or not at all': async (under, t) => {
    const { crash } = under;
    if (crash === undefined) return t.skip('this opener cannot cut the power');
    const planned = Array.from({ length: 20 }, (_, count) =>
      plannedEvent({
        deliveries: [plannedDelivery(), plannedDelivery()],
        writes: [guardedWrite({ id: `t-${count}` })],
      }),
    );
    const calls = planned.map((each) => under.store.queue.accept([each]).catch(() => null));

    const store = await crash();

    await assertWholeOrNone(store, planned);
    void calls;
  },

  'a record that was not answered may be repeated': async (under, t) => {
    const { crash } = under;
    if (crash === undefined) return t.skip('this opener cannot cut the power');
    const { delivery, held } = await owe(under.store);
    const record = failedRecord(delivery, held, at(90));
    void under.store.queue.record([record]).catch(() => null);

    const store = await crash();
    const current = (await holdAll(store))(delivery.endpointId);
    const answer = await recordOne(store, { ...record, held: current });

    assert.equal(answer.is, 'moved');
    assert.equal((await readPending(store, delivery.id)).attemptCount, 1);
  },
};

async function assertWholeOrNone(
  store: Store,
  planned: readonly ReturnType<typeof plannedEvent>[],
): Promise<void> {
  for (const { event, deliveries, writes } of planned) {
    const { id } = event;
    const isThere = (await store.finder.event({ tenantId: acme, id })) !== null;
    for (const plan of deliveries) {
      const delivery = await store.finder.delivery({ tenantId: acme, id: plan.id });
      assert.equal(delivery !== null, isThere);
    }
    for (const write of writes) {
      const row = await store.finder.guarded({ ...write, tenantId: acme });
      assert.equal(row !== null, isThere);
    }
  }
}

const row = idempotencyRow();

/** Leaves at least one row of each kind, and deliveries in each state that can be reached. */
async function fill(store: Store): Promise<void> {
  const answer = await store.catalogue.change({
    tenantId: acme,
    writes: [catalogueWrite(endpointResource()), catalogueWrite(keyResource())],
    idempotency: null,
  });
  assert.ok(answer.is === 'changed');
  const { version } = answer;
  const writes = [guardedWrite()];
  await acceptOne(store, plannedEvent({ catalogueVersion: version, writes, idempotency: row }));
  const [delivered, dead, waiting, cancelled] = await Promise.all(
    [1, 2, 3, 4].map(() => owe(store)),
  );
  assert.ok(delivered && dead && waiting && cancelled);
  const health = sampleHealth(waiting.delivery, { failedCount: 1, failingSince: at(20) });
  await store.queue.record([
    attemptRecord(delivered.delivery, delivered.held),
    deadRecord(dead.delivery, dead.held),
    { ...failedRecord(waiting.delivery, waiting.held, at(99)), health },
  ]);
  const { id } = cancelled.delivery;
  await store.queue.change([{ tenantId: acme, deliveryId: id, at: at(9), to: 'cancel' }]);
  assert.equal((await readDelivery(store, id)).state.is, 'cancelled');
}

async function everything(store: Store) {
  const page = { before: null, limit: 500 };
  return {
    events: await store.finder.events({ tenantId: null }, page),
    deliveries: await store.finder.deliveries({ tenantId: null }, page),
    attempts: await store.log.search({ tenantId: null }, page),
    catalogue: await store.catalogue.read({ since: 0 }),
    health: await store.catalogue.health(),
    backlog: await store.finder.backlog(),
    guarded: await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' }),
    idempotency: await store.finder.idempotency({ ...row, now: at(0) }),
  };
}
