import assert from 'node:assert/strict';
import type { Delivery } from '../../core/delivery.ts';
import type { DeliveryId } from '../../core/ids.ts';
import type { DeliveryChange, PlannedDelivery } from '../queue.ts';
import type { Store } from '../store.ts';
import { heldOne, replayStep, searchOf, stepOne } from './arrange-replay.ts';
import { acceptOne, allShards, holdAll, loadAll, loadedIds } from './arrange.ts';
import { readDelivery, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, globex, plannedDelivery, plannedEvent } from './sample.ts';

/** What is held is kept and goes to nobody, until its chain is released or somebody retries it. */
export function holdingContract(open: OpenStore): void {
  registerLaws(open, keeping);
  registerLaws(open, changing);
  registerLaws(open, releasing);
}

const target = { url: 'https://receiver.example/done', secrets: null, headers: [] };
const callback = { ...target, retry: null, timeoutMs: null };
const held = { is: 'cancelled', at: at(0), reason: 'held' } as const;

/** One delivery of an event whose chain is held. */
async function hold(store: Store, parts: Partial<PlannedDelivery> = {}): Promise<Delivery> {
  const planned = plannedDelivery({ callback, isHeld: true, ...parts });
  await acceptOne(store, plannedEvent({ deliveries: [planned] }));
  return readDelivery(store, planned.id);
}

function change(deliveryId: DeliveryId, to: DeliveryChange['to'], ms = 500): DeliveryChange {
  return { tenantId: acme, deliveryId, at: at(ms), to };
}

/** Says of one step what became of the deliveries that it released. */
async function release(store: Store, deliveries: readonly Delivery[], ms = 700) {
  const job = await heldOne(store);
  const releases = deliveries.map(({ position }) => position);
  const { endpointIds, job: after } = await stepOne(
    store,
    replayStep(job, { releases, at: at(ms) }),
  );
  const { madeCount, skippedCount, failedCount } = after.progress;
  return { endpointIds, counts: [madeCount, skippedCount, failedCount] };
}

const keeping: Laws = {
  'a held delivery is kept with all it has, and loaded by nobody': async ({ store }) => {
    const held17 = plannedDelivery({ callback, isHeld: true });
    const plan = plannedEvent({ deliveries: [held17] });

    const answer = await acceptOne(store, plan);
    const again = await acceptOne(store, plan);

    const found = await readDelivery(store, held17.id);
    assert.deepEqual([found.state, found.callbackUrl], [held, callback.url]);
    assert.deepEqual([answer.followers, again], [[0], answer]);
    assert.deepEqual(await loadedIds(store, held17.endpointId), []);
    const event = await store.finder.event({ tenantId: acme, id: plan.event.id });
    const listed = await store.finder.deliveries(
      { tenantId: acme, state: 'cancelled' },
      { before: null, limit: 9 },
    );
    assert.ok(event);
    assert.deepEqual(listed.rows, [found]);
  },

  'what is held keeps nothing of its order key waiting': async ({ store }) => {
    const { endpointId } = await hold(store, { orderKey: 'k' });
    const next = plannedDelivery({ endpointId, orderKey: 'k' });

    await acceptOne(store, plannedEvent({ deliveries: [next] }));

    assert.deepEqual(await loadedIds(store, endpointId), [next.id]);
  },

  'a tail and the endpoints that have something due tell nothing of it': async ({ store }) => {
    const query = { shards: allShards, limit: 9 };
    const { position } = await store.queue.tail({ ...query, after: null });
    await hold(store);

    const { items } = await store.queue.tail({ ...query, after: position });
    const due = await store.queue.dueEndpoints({ ...query, dueBefore: at(9e6), after: null });

    assert.deepEqual([items, due], [[], []]);
  },

  'a search for what is missing names what is held, and where it goes': async ({ store }) => {
    const { position, endpointId } = await hold(store);
    await acceptOne(store, plannedEvent({ deliveries: [plannedDelivery()] }));

    const { found } = await store.replays.searchMissing(
      searchOf(await heldOne(store, { request: { only: 'missing' } })),
    );

    assert.deepEqual(
      found.map((each) => each.held),
      [[{ position, endpointId }], []],
    );
  },
};

const changing: Laws = {
  'somebody may retry what is held, with all that it has': async ({ store }) => {
    const { id, endpointId } = await hold(store);

    const [answer] = await store.queue.change([change(id, 'retry')]);

    const [loaded] = await loadAll(store, endpointId);
    assert.deepEqual([loaded?.id, loaded?.dueAt, loaded?.callback], [id, at(500), callback]);
    assert.deepEqual(answer, { is: 'changed', endpointId, delivery: loaded, promoted: null });
  },

  'somebody may cancel what is held, in its own moment too': async ({ store }) => {
    const { id, position } = await hold(store);

    const [cancelled] = await store.queue.change([change(id, 'cancel', 0)]);
    const [again] = await store.queue.change([change(id, 'retry')]);
    const state = { is: 'cancelled', at: at(0), reason: 'asked' } as const;

    assert.equal(cancelled?.is, 'changed');
    assert.deepEqual(again, { is: 'refused', state });
    const delivery = await readDelivery(store, id);
    assert.deepEqual([delivery.state, delivery.position], [state, position]);
  },

  'what is held goes no more once its event is erased': async ({ store }) => {
    const delivery = await hold(store);
    const { eventId } = delivery;
    await store.queue.erase({ tenantId: acme, eventId, at: at(100), limit: 9 });

    const [retried] = await store.queue.change([change(delivery.id, 'retry')]);
    const { counts } = await release(store, [delivery]);

    assert.deepEqual(retried, { is: 'erased' });
    assert.deepEqual(counts, [0, 0, 1]);
    const left = await readDelivery(store, delivery.id);
    assert.deepEqual([left.state, left.callbackUrl], [held, undefined]);
  },
};

const releasing: Laws = {
  'a step releases what is held: due at once, told of, and counted as made': async ({ store }) => {
    const { state: _, ...delivery } = await hold(store);
    const query = { shards: allShards, limit: 9 };
    const { position } = await store.queue.tail({ ...query, after: null });

    const { endpointIds, counts } = await release(store, [{ ...delivery, state: held }]);

    const pending = await readPending(store, delivery.id);
    const due = { dueAt: at(700), firstDueAt: at(700) };
    assert.deepEqual(pending, { ...delivery, ...due });
    assert.deepEqual([endpointIds, counts], [[delivery.endpointId], [1, 0, 0]]);
    const { items } = await store.queue.tail({ ...query, after: position });
    assert.deepEqual(
      items.map((item) => item.kind === 'changed' && [item.deliveryId, item.to]),
      [[delivery.id, 'retry']],
    );
  },

  'what goes takes its place in the order of its key, one behind the other': async ({ store }) => {
    const first = await hold(store, { orderKey: 'k' });
    const { endpointId } = first;
    const second = await hold(store, { endpointId, orderKey: 'k' });
    const shard = (await holdAll(store))(endpointId);

    await release(store, [first, second]);
    const [head, ...others] = await loadAll(store, endpointId);
    assert.ok(head);
    const promoted = await recordMoved(store, attemptRecord(head, shard));

    assert.deepEqual([head.id, others], [first.id, []]);
    assert.equal(promoted?.id, second.id);
    assert.deepEqual(await loadedIds(store, endpointId), [second.id]);
  },

  'what somebody retries waits for what stands before it by now': async ({ store }) => {
    const { id, endpointId } = await hold(store, { orderKey: 'k' });
    const next = plannedDelivery({ endpointId, orderKey: 'k' });
    await acceptOne(store, plannedEvent({ deliveries: [next] }));

    await store.queue.change([change(id, 'retry')]);

    assert.deepEqual(await loadedIds(store, endpointId), [next.id]);
  },

  'a repeated step, and another of what has gone, releases nothing again': async ({ store }) => {
    const delivery = await hold(store);
    const step = replayStep(await heldOne(store), { releases: [delivery.position] });
    await stepOne(store, step);
    const shard = (await holdAll(store))(delivery.endpointId);
    const [first] = await loadAll(store, delivery.endpointId);
    assert.ok(first);
    await recordMoved(store, attemptRecord(first, shard));

    const repeated = await store.replays.step(step);
    const { counts } = await release(store, [delivery]);

    assert.deepEqual(repeated, { is: 'overtaken' });
    assert.deepEqual(counts, [0, 1, 0]);
    assert.equal((await readDelivery(store, delivery.id)).state.is, 'delivered');
  },

  'a step leaves alone what somebody retried, cancelled or owns besides': async ({ store }) => {
    const [retried, cancelled] = [await hold(store), await hold(store)];
    await store.queue.change([change(retried.id, 'retry'), change(cancelled.id, 'cancel')]);
    const foreign = plannedDelivery({ callback, isHeld: true });
    const event = { tenantId: globex };
    await acceptOne(store, plannedEvent({ event, deliveries: [foreign] }));
    const theirs = await store.finder.delivery({ tenantId: globex, id: foreign.id });
    assert.ok(theirs);

    const { endpointIds, counts } = await release(store, [retried, cancelled, theirs], 900);

    assert.deepEqual([endpointIds, counts], [[], [0, 2, 1]]);
    assert.equal((await readPending(store, retried.id)).dueAt, at(500));
    assert.deepEqual(await store.finder.delivery({ tenantId: globex, id: foreign.id }), theirs);
  },

  'what is held is held after a restart, and what was released is owed after one': async (
    under,
  ) => {
    const delivery = await hold(under.store);

    const opened = await under.reopen();
    const before = await readDelivery(opened, delivery.id);
    await release(opened, [delivery]);
    const store = await under.reopen();

    assert.deepEqual(before, delivery);
    const [loaded] = await loadAll(store, delivery.endpointId);
    assert.deepEqual([loaded?.id, loaded?.callback], [delivery.id, callback]);
  },

  'a release and its cursor are there together after a power cut': async (under, t) => {
    if (under.crash === undefined) return t.skip('this store cannot be cut off');
    const delivery = await hold(under.store);
    const job = await heldOne(under.store);
    const step = replayStep(job, { releases: [delivery.position] });
    const answer = await stepOne(under.store, step);

    const store = await under.crash();

    const after = await store.replays.get({ tenantId: acme, id: job.id });
    assert.deepEqual(after, answer.job);
    assert.deepEqual(await loadedIds(store, delivery.endpointId), [delivery.id]);
  },
};
