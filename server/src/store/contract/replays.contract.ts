import assert from 'node:assert/strict';
import { limits } from '../../core/limits.ts';
import type { Position } from '../../core/ids.ts';
import type { Store } from '../store.ts';
import { claimMs, claimOne, heldOne, makeOne, newReplay } from './arrange-replay.ts';
import { replayMake, replayStep, stepOne } from './arrange-replay.ts';
import { change as changeOf, report } from './arrange-coalescing.ts';
import {
  acceptOne,
  holdAll,
  loadAll,
  loadedIds,
  owe,
  oweInOrder,
  readDelivery,
} from './arrange.ts';
import { readPages, readPending, recordMoved } from './arrange.ts';
import { isShared, registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, bytes, deadRecord, globex, idempotencyRow, left, right } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Replays are jobs: made once, stepped by one node, each batch together with its cursor. */
export function replaysContract(open: OpenStore): void {
  registerLaws(open, jobs);
  registerLaws(open, claims);
  registerLaws(open, steps);
  registerLaws(open, afterwards);
}

async function oweDead(store: Store, parts: Parameters<typeof owe>[1] = {}) {
  const owed = await owe(store, parts);
  await recordMoved(store, deadRecord(owed.delivery, owed.held));
  return owed;
}

const jobs: Laws = {
  'a job is what was asked, runs from then on, and is found again': async ({ store }) => {
    const asked = await newReplay(store, { request: { types: ['task.*'], since: at(5) } });

    const answer = await store.replays.make(asked);

    const job = await store.replays.get({ tenantId: acme, id: asked.id });
    assert.deepEqual(answer, { is: 'made', job });
    const { idempotency: _, ...given } = asked;
    const begins = { state: 'running', version: 1, cursor: 0, startedAt: null, endedAt: null };
    const position = job?.position;
    const progress = { examinedCount: 0, madeCount: 0, skippedCount: 0, failedCount: 0 };
    assert.deepEqual(job, { ...given, ...begins, position, progress, error: null });
  },

  'a repeated call makes no second job': async ({ store }) => {
    const asked = await newReplay(store);
    const first = await store.replays.make(asked);

    const second = await store.replays.make(asked);

    assert.deepEqual(second, first);
    const { rows } = await store.replays.list({ tenantId: acme }, { before: null, limit: 9 });
    assert.equal(rows.length, 1);
  },

  'an answer is kept with the job that it tells of': async ({ store }) => {
    const row = idempotencyRow({ path: '/v1/replays' });
    await store.replays.make(await newReplay(store, { idempotency: row }));

    const answers = [
      await store.replays.make(await newReplay(store, { idempotency: row })),
      await store.replays.make(
        await newReplay(store, { idempotency: { ...row, bodyDigest: 'of another' } }),
      ),
    ];

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['repeated', 'idempotency_conflict'],
    );
  },

  'a tenant has so many unended jobs and no more, whatever others have': async ({ store }) => {
    await makeOne(store, { tenantId: globex });
    for (let made = 0; made < limits.replaysUnended; made += 1) await makeOne(store);
    const asked = await newReplay(store);

    const before = await store.replays.make(asked);
    const { rows } = await store.replays.list({ tenantId: acme }, { before: null, limit: 1 });
    await change(store, rows[0]?.id ?? assert.fail(), 'cancelled');
    const after = await store.replays.make(asked);

    assert.deepEqual([before.is, after.is], ['too_many', 'made']);
  },

  'jobs are listed newest first, by tenant and state': async ({ store }) => {
    const [first, second] = [await makeOne(store), await makeOne(store)];
    const theirs = await makeOne(store, { tenantId: globex });
    await change(store, first.id, 'paused');
    const idsOf = async (filter: Parameters<Store['replays']['list']>[0]) => {
      const rows = await readPages(1, (page) => store.replays.list(filter, page));
      return rows.map(({ id }) => id);
    };

    assert.deepEqual(await idsOf({ tenantId: null }), [theirs.id, second.id, first.id]);
    assert.deepEqual(await idsOf({ tenantId: acme }), [second.id, first.id]);
    assert.deepEqual(await idsOf({ tenantId: acme, state: 'paused' }), [first.id]);
    assert.equal(await store.replays.get({ tenantId: globex, id: first.id }), null);
  },

  'a job can be paused, resumed and cancelled until it has ended, and asked twice': async ({
    store,
  }) => {
    const { id } = await makeOne(store);

    const states = [];
    for (const to of ['paused', 'paused', 'running', 'cancelled', 'cancelled'] as const) {
      const answer = await change(store, id, to);
      states.push(answer.is === 'changed' ? answer.job.state : answer.is);
    }
    const late = await change(store, id, 'running');

    assert.deepEqual(states, ['paused', 'paused', 'running', 'cancelled', 'cancelled']);
    assert.deepEqual(late, { is: 'refused', state: 'cancelled' });
    const foreign = { tenantId: globex, replayId: id, to: 'paused', at: at(1) } as const;
    const answer = await store.replays.change({ ...foreign, idempotency: null });
    assert.deepEqual(answer, { is: 'unknown' });
  },

  'a job is as it was after a restart': async (under) => {
    const running = await heldOne(under.store);
    const paused = await makeOne(under.store);
    await change(under.store, paused.id, 'paused');
    const { job } = await stepOne(under.store, replayStep(running, { examinedCount: 3 }));
    const before = await under.store.replays.get({ tenantId: acme, id: paused.id });

    const store = await under.reopen();

    assert.deepEqual(await store.replays.get({ tenantId: acme, id: running.id }), job);
    assert.deepEqual(await store.replays.get({ tenantId: acme, id: paused.id }), before);
    assert.deepEqual(await store.replays.claim({ node: left, claimMs, limit: 9 }), [job]);
  },
};

const claims: Laws = {
  'only what runs is claimed, oldest first': async ({ store }) => {
    const made = [await makeOne(store), await makeOne(store), await makeOne(store)];
    await change(store, made[1]?.id ?? assert.fail(), 'paused');

    const held = await store.replays.claim({ node: left, claimMs, limit: 9 });
    const first = await store.replays.claim({ node: left, claimMs, limit: 1 });

    assert.deepEqual(
      held.map(({ id }) => id),
      [made[0]?.id, made[2]?.id],
    );
    assert.deepEqual(
      first.map(({ id }) => id),
      [made[0]?.id],
    );
  },

  'what one node holds no other gets, until the claim has run out': async (under, t) => {
    if (!isShared(under, t)) return;
    const { store } = under;
    const job = await heldOne(store);

    const early = await store.replays.claim({ node: right, claimMs, limit: 9 });
    await under.advance?.(claimMs);
    const late = await claimOne(store, job, right);
    const stale = await store.replays.step(replayStep(job));

    assert.deepEqual(early, []);
    assert.equal(late.id, job.id);
    assert.deepEqual(stale, { is: 'overtaken' });
  },

  'a step without a claim is overtaken': async ({ store }) => {
    const job = await makeOne(store);

    const answer = await store.replays.step(replayStep(job));

    assert.deepEqual(answer, { is: 'overtaken' });
  },
};

const steps: Laws = {
  'a batch is delivered again as the same event, at once and outside any order': async ({
    store,
  }) => {
    const { delivery } = await oweDead(store, { orderKey: 'k' });
    const job = await heldOne(store);
    const make = replayMake(delivery);

    const answer = await stepOne(
      store,
      replayStep(job, { makes: [make], examinedCount: 5, skippedCount: 2 }),
    );

    assert.deepEqual(answer.endpointIds, [delivery.endpointId]);
    const progress = { examinedCount: 5, madeCount: 1, skippedCount: 2, failedCount: 0 };
    assert.deepEqual(answer.job.progress, progress);
    assert.deepEqual([answer.job.startedAt, answer.job.endedAt], [at(700), null]);
    const [loaded] = await loadAll(store, delivery.endpointId);
    assert.deepEqual(loaded, {
      ...delivery,
      ...{ id: make.deliveryId, position: loaded?.position, isReplay: true, orderKey: null },
      ...{ createdAt: at(700), firstDueAt: at(700), dueAt: at(700) },
    });
    assert.equal((await readDelivery(store, make.deliveryId)).replayId, job.id);
    assert.equal((await readDelivery(store, delivery.id)).state.is, 'dead');
  },

  'merged changes are told again all together, and gather no more': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const held = await holdAll(store);
    await report(store, endpointId, changeOf(1));
    const { id } = await report(store, endpointId, changeOf(2));
    const delivery = await readPending(store, id);
    await recordMoved(store, deadRecord(delivery, held(endpointId)));
    const make = replayMake(delivery);
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));

    const { answer } = await report(store, endpointId, changeOf(3));

    const again = await readPending(store, make.deliveryId);
    assert.deepEqual([again.merged, again.supersededCount], [{ from: 1, to: 2 }, 1]);
    assert.deepEqual(answer.placed?.[0]?.merged, { from: 3, to: 3 });
    assert.ok((await loadAll(store, endpointId)).some((each) => each.merged?.to === 2));
    const found = await readDelivery(store, make.deliveryId);
    assert.deepEqual([found.merged, found.isReplay], [{ from: 1, to: 2 }, true]);
    assert.equal(typeof found.replayId, 'string');
  },

  'a replay waits for nobody of its key, and nobody for it': async ({ store }) => {
    const { endpointId, ids, head } = await oweInOrder(store, 2);
    const make = replayMake(head);
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));

    const loaded = await loadedIds(store, endpointId);

    assert.deepEqual(loaded, [ids[0], make.deliveryId]);
  },

  'as new, it is an event of its own that the old one caused': async ({ store }) => {
    const event = { ceId: 'urn:1', key: 'k', data: bytes('[1.0]'), metadata: { a: 1 } };
    const plan = plannedDelivery();
    const planned = plannedEvent({ event, deliveries: [plan] });
    await acceptOne(store, planned);
    const [delivery] = await loadAll(store, plan.endpointId);
    assert.ok(delivery);
    const make = replayMake(delivery, { newEventId: sampleId('event') });
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));

    const made = await store.finder.event({ tenantId: acme, id: make.newEventId ?? assert.fail() });

    const old = planned.event;
    assert.deepEqual(made, {
      ...old,
      ...{ id: make.newEventId, position: made?.position, acceptedAt: at(700), ceId: null },
      ...{ correlationId: old.id, causationId: old.id, hops: 1 },
    });
    const again = await readDelivery(store, make.deliveryId);
    assert.deepEqual([again.eventId, again.isReplay], [make.newEventId, true]);
  },

  'a chain keeps its first event over replays as new': async ({ store }) => {
    const event = { correlationId: 'the-first', causationId: 'the-second', hops: 2 };
    const plan = plannedDelivery();
    await acceptOne(store, plannedEvent({ event, deliveries: [plan] }));
    const [delivery] = await loadAll(store, plan.endpointId);
    assert.ok(delivery);
    const make = replayMake(delivery, { newEventId: sampleId('event') });
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));

    const made = await store.finder.event({ tenantId: acme, id: make.newEventId ?? assert.fail() });

    const chain = [made?.correlationId, made?.causationId, made?.hops];
    assert.deepEqual(chain, ['the-first', delivery.eventId, 3]);
  },

  'a callback goes along with its delivery': async ({ store }) => {
    const callback = {
      ...{ url: 'https://back.example/', secrets: null, headers: [], retry: null, timeoutMs: null },
    };
    const { delivery } = await oweDead(store, { callback });
    const make = replayMake(delivery);
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));

    const [loaded] = await loadAll(store, delivery.endpointId);

    assert.deepEqual(loaded?.callback, callback);
  },

  'what was answered too late is not made twice': async ({ store }) => {
    const { delivery } = await oweDead(store);
    const step = replayStep(await heldOne(store), { makes: [replayMake(delivery)] });
    await stepOne(store, step);

    const again = await store.replays.step({ ...step, makes: [replayMake(delivery)] });

    assert.deepEqual(again, { is: 'overtaken' });
    assert.equal((await loadAll(store, delivery.endpointId)).length, 1);
  },

  'a step made before a pause or cancel makes nothing after it': async ({ store }) => {
    const { delivery } = await oweDead(store);
    for (const to of ['paused', 'cancelled'] as const) {
      const job = await heldOne(store);
      await change(store, job.id, to);

      const answer = await store.replays.step(replayStep(job, { makes: [replayMake(delivery)] }));

      assert.deepEqual(answer, { is: 'overtaken' });
    }
    assert.deepEqual(await loadAll(store, delivery.endpointId), []);
  },

  'a missing delivery that another replay made meanwhile is left out': async ({ store }) => {
    const { position } = await acceptOne(store, plannedEvent());
    const missing = (): ReturnType<typeof replayMake> => ({
      ...{ deliveryId: sampleId('delivery'), endpointId, subscriptionId: null },
      ...{ eventPosition: position, ofPosition: null, newEventId: null },
    });
    const endpointId = sampleId('endpoint');
    const made = [await makeOne(store), await makeOne(store)];
    const held = await store.replays.claim({ node: left, claimMs, limit: 9 });
    assert.equal(held.length, made.length);

    const counts = [];
    for (const job of held) {
      const { progress } = (await stepOne(store, replayStep(job, { makes: [missing()] }))).job;
      counts.push([progress.madeCount, progress.skippedCount]);
    }

    assert.deepEqual(counts, [
      [1, 0],
      [0, 1],
    ]);
  },

  'what is gone by now is counted as failed': async ({ store }) => {
    const { delivery } = await oweDead(store);
    const gone = replayMake(delivery, { eventPosition: (delivery.position + 50) as Position });
    const makes = [gone, replayMake(delivery)];

    const { job } = await stepOne(store, replayStep(await heldOne(store), { makes }));

    assert.deepEqual([job.progress.madeCount, job.progress.failedCount], [1, 1]);
  },

  'the last step ends the job, and nothing comes after': async ({ store }) => {
    const job = await heldOne(store);
    const failed = { is: 'failed', error: 'no luck' } as const;
    const other = await heldOne(store);

    const done = await stepOne(store, replayStep(job, { ends: { is: 'completed' } }));
    const broken = await stepOne(store, replayStep(other, { ends: failed }));
    const late = await store.replays.step(replayStep(done.job));

    assert.deepEqual(
      [done.job.state, done.job.endedAt, done.job.error],
      ['completed', at(700), null],
    );
    assert.deepEqual([broken.job.state, broken.job.error], ['failed', 'no luck']);
    assert.deepEqual(late, { is: 'overtaken' });
    assert.deepEqual(await store.replays.claim({ node: left, claimMs, limit: 9 }), []);
  },

  'a batch and its cursor are there together after a power cut': async (under, t) => {
    if (under.crash === undefined) return t.skip('this store cannot be cut off');
    const { delivery } = await oweDead(under.store);
    const make = replayMake(delivery);
    const answer = await stepOne(
      under.store,
      replayStep(await heldOne(under.store), { makes: [make] }),
    );

    const store = await under.crash();

    const job = await store.replays.get({ tenantId: acme, id: answer.job.id });
    assert.deepEqual(job, answer.job);
    assert.deepEqual(await loadedIds(store, delivery.endpointId), [make.deliveryId]);
  },
};

const afterwards: Laws = {
  'deliveries of replays are listed among the others, newest first': async ({ store }) => {
    const old = await oweDead(store);
    const make = replayMake(old.delivery);
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));
    const young = await owe(store);
    const { eventId, endpointId } = old.delivery;
    const idsOf = async (filter: Parameters<Store['finder']['deliveries']>[0]) => {
      const rows = await readPages(1, (page) => store.finder.deliveries(filter, page));
      return rows.map(({ id }) => id);
    };

    const ofEvent = [make.deliveryId, old.delivery.id];
    assert.deepEqual(await idsOf({ tenantId: acme }), [young.delivery.id, ...ofEvent]);
    assert.deepEqual(await idsOf({ tenantId: acme, eventId }), ofEvent);
    assert.deepEqual(await idsOf({ tenantId: acme, endpointId }), ofEvent);
    assert.deepEqual(await idsOf({ tenantId: acme, eventId, state: 'pending' }), [make.deliveryId]);
    assert.deepEqual(await idsOf({ tenantId: globex }), []);
  },

  'a list by time counts a replay from when it was made': async ({ store }) => {
    const { delivery } = await oweDead(store);
    const make = replayMake(delivery);
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));
    const page = { before: null, limit: 9, from: at(700) };

    const { rows } = await store.finder.deliveries({ tenantId: acme }, page);

    assert.deepEqual(
      rows.map(({ id }) => id),
      [make.deliveryId],
    );
  },

  'erasing an event ends the replays of it that wait, and none is made after': async ({
    store,
  }) => {
    const { delivery } = await oweDead(store);
    const job = await heldOne(store);
    const make = replayMake(delivery);
    const { job: stepped } = await stepOne(store, replayStep(job, { makes: [make] }));
    const { eventId } = delivery;

    const erased = await store.queue.erase({ tenantId: acme, eventId, at: at(800), limit: 9 });
    const late = await stepOne(store, replayStep(stepped, { makes: [replayMake(delivery)] }));

    const ended = erased.is === 'erased' ? erased.ended : [];
    assert.deepEqual(ended, [{ deliveryId: make.deliveryId, endpointId: delivery.endpointId }]);
    assert.equal((await readDelivery(store, make.deliveryId)).state.is, 'cancelled');
    assert.equal(late.job.progress.failedCount, 1);
  },

  'attempts of a replay are found by its event': async ({ store }) => {
    const { delivery, held } = await oweDead(store);
    await stepOne(store, replayStep(await heldOne(store), { makes: [replayMake(delivery)] }));
    const [again] = await loadAll(store, delivery.endpointId);
    assert.ok(again);
    await recordMoved(store, deadRecord(again, held));
    const filter = { tenantId: acme, eventId: delivery.eventId };

    const rows = await readPages(1, (page) => store.log.search(filter, page));

    assert.deepEqual(
      rows.map(({ deliveryId }) => deliveryId),
      [again.id, delivery.id],
    );
  },

  'an event stays while a replay of it is owed, and goes with it afterwards': async ({ store }) => {
    const { delivery, held } = await oweDead(store);
    const job = await heldOne(store);
    await stepOne(
      store,
      replayStep(job, { makes: [replayMake(delivery)], ends: { is: 'completed' } }),
    );
    const [again] = await loadAll(store, delivery.endpointId);
    assert.ok(again);
    const prune = { before: at(86_400_000), limit: 100 };
    const event = { tenantId: acme, id: delivery.eventId };

    await store.prune(prune);
    const during = await store.finder.event(event);
    await recordMoved(store, deadRecord(again, held));
    await store.prune(prune);

    assert.ok(during);
    assert.equal(await store.finder.event(event), null);
    assert.equal(await store.finder.delivery({ tenantId: acme, id: again.id }), null);
    assert.equal(await store.replays.get({ tenantId: acme, id: job.id }), null);
  },
};

function change(
  store: Store,
  replayId: Parameters<Store['replays']['get']>[0]['id'],
  to: 'running' | 'paused' | 'cancelled',
) {
  return store.replays.change({ tenantId: acme, replayId, to, at: at(900), idempotency: null });
}
