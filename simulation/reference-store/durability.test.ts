import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../server/src/store/store.ts';
import {
  acceptOne,
  allShards,
  loadAll,
  loadedIds,
} from '../../server/src/store/contract/arrange.ts';
import { holdAll, owe, oweInOrder } from '../../server/src/store/contract/arrange.ts';
import {
  acme,
  at,
  attemptRecord,
  left,
  plannedDelivery,
  plannedEvent,
  right,
} from '../../server/src/store/contract/sample.ts';
import { createReferenceStore } from './reference-store.ts';
import { deliverAtOnce } from './store-call.ts';
import type { Deliver } from './store-call.ts';

const clock = { now: () => at(0) };
const page = { before: null, limit: 500 };

test('a power cut before the sync takes back a commit that was not answered', async () => {
  const core = createReferenceStore({ clock, deliver: stopping('accept', 'apply') });
  const planned = plannedEvent({ deliveries: [plannedDelivery({ orderKey: 'k' })] });

  const isAnswered = await answers(core.open(left).queue.accept([planned]));
  core.crash();

  const store = core.open(left);
  assert.equal(isAnswered, false);
  assert.equal(await store.finder.event({ tenantId: acme, id: planned.event.id }), null);
  assert.deepEqual(await store.finder.backlog(), { pendingCount: 0, oldestDueAt: null });
});

test('a power cut after the sync keeps the commit though nobody was told', async () => {
  const core = createReferenceStore({ clock, deliver: stopping('accept', 'sync') });
  const planned = plannedEvent({ deliveries: [plannedDelivery()] });

  const isAnswered = await answers(core.open(left).queue.accept([planned]));
  core.crash();

  const found = await core.open(left).finder.event({ tenantId: acme, id: planned.event.id });
  assert.equal(isAnswered, false);
  assert.equal(found?.id, planned.event.id);
});

test('a call that is answered after a power cut that it did not survive is refused', async () => {
  let cut = () => {};
  const core = createReferenceStore({
    clock,
    deliver: async (call) => {
      const answer = call.apply();
      cut();
      call.sync();
      return answer;
    },
  });
  cut = () => core.crash();

  const accepting = core.open(left).queue.accept([plannedEvent()]);

  await assert.rejects(accepting, { code: 'store_unavailable' });
});

test('a call that is answered without a sync is a fault of its carrier', async () => {
  const core = createReferenceStore({ clock, deliver: async (call) => call.apply() });

  const accepting = core.open(left).queue.accept([plannedEvent()]);

  await assert.rejects(accepting, { name: 'AssertionError' });
});

test('taking back any number of commits leaves exactly what was there before them', async () => {
  let isCarried = true;
  const core = createReferenceStore({
    clock,
    deliver: (call) => {
      if (isCarried) return deliverAtOnce(call);
      call.apply();
      return new Promise(() => {});
    },
  });
  const store = core.open(left);
  const { endpointId, ids, head, held } = await oweInOrder(store, 4);
  const free = await owe(store);
  const before = await everything(store);

  isCarried = false;
  void store.queue.record([attemptRecord(head, held), attemptRecord(free.delivery, free.held)]);
  void store.queue.change([{ tenantId: acme, deliveryId: head.id, at: at(1), to: 'retry' }]);
  for (const deliveryId of ids) {
    void store.queue.change([{ tenantId: acme, deliveryId, at: at(1), to: 'cancel' }]);
  }
  void store.queue.accept([plannedEvent({ deliveries: [plannedDelivery({ endpointId })] })]);
  void store.prune({ before: at(9_000), limit: 100 });
  isCarried = true;
  core.crash();

  const again = core.open(left);
  assert.deepEqual(await everything(again), before);
  assert.deepEqual(await loadAll(again, endpointId), [head]);
  assert.deepEqual(await loadAll(again, free.delivery.endpointId), [free.delivery]);
});

test('two nodes see one store', async () => {
  const core = createReferenceStore({ clock });
  const [ours, theirs] = [core.open(left), core.open(right)];
  const plan = plannedDelivery();

  await acceptOne(ours, plannedEvent({ deliveries: [plan] }));
  await holdAll(ours, left);
  const asked = await theirs.queue.lease({ node: right, shards: allShards, leaseMs: 10 });

  assert.deepEqual(await loadedIds(theirs, plan.endpointId), [plan.id]);
  assert.deepEqual(asked, { held: [], nodes: [left, right] });
});

test('a full disk refuses events, keeps records and heals', async () => {
  const core = createReferenceStore({ clock });
  const store = core.open(left);
  const { delivery, held } = await owe(store);

  core.fillDisk(true);
  const during = await store.queue.accept([plannedEvent()]);
  const { accepts } = store.condition();
  const recorded = await store.queue.record([attemptRecord(delivery, held)]);
  core.fillDisk(false);
  const after = await store.queue.accept([plannedEvent()]);

  assert.deepEqual(during, [{ is: 'refused', because: 'disk_full' }]);
  assert.equal(accepts, 'disk_full');
  assert.equal(recorded[0]?.is, 'moved');
  assert.equal(after[0]?.is, 'accepted');
});

/** Carries calls at once, but one verb only up to a step, and then never answers it. */
function stopping(verb: string, step: 'apply' | 'sync'): Deliver {
  return (call) => {
    if (call.verb !== verb) return deliverAtOnce(call);
    call.apply();
    if (step === 'sync') call.sync();
    return new Promise(() => {});
  };
}

/** Whether a promise settles once everything that is ready has run. */
async function answers(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  const idle = new Promise<boolean>((resolve) => {
    setImmediate(() => resolve(false));
  });
  return Promise.race([settled, idle]);
}

async function everything(store: Store) {
  return {
    events: await store.finder.events({ tenantId: null }, page),
    deliveries: await store.finder.deliveries({ tenantId: null }, page),
    attempts: await store.log.search({ tenantId: null }, page),
    backlog: await store.finder.backlog(),
    tail: await store.queue.tail({ shards: allShards, after: null, limit: 1 }),
  };
}
