import assert from 'node:assert/strict';
import type { EndpointId, Position } from '../../core/ids.ts';
import type { Shard } from '../../core/shard.ts';
import { shardOf } from '../../core/shard.ts';
import type { DueEndpoint } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, allShards, holdAll, loadAll, loadedIds, owe, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, bytes, failedRecord, globex, neverEnding } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** A load answers the first due deliveries, keeps no cursor and changes nothing. */
export function loadingContract(open: OpenStore): void {
  registerLaws(open, loading);
  registerLaws(open, dueEndpoints);
  registerLaws(open, reading);
}

const loading: Laws = {
  'deliveries are loaded by due time, then by position': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [300, 100, 200, 100].map((ms) => plannedDelivery({ endpointId, dueAt: at(ms) }));
    for (const plan of plans) await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    const ids = await loadedIds(store, endpointId);

    assert.deepEqual(
      ids,
      [1, 3, 2, 0].map((index) => plans[index]?.id),
    );
  },

  'what is due at the bound or later is not loaded': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [99, 100, 101].map((ms) => plannedDelivery({ endpointId, dueAt: at(ms) }));
    await acceptOne(store, plannedEvent({ deliveries: plans }));

    const loaded = await store.queue.loadDue({
      tenantId: acme,
      endpointId,
      dueBefore: at(100),
      limit: 10,
    });

    assert.deepEqual(
      loaded.map(({ id }) => id),
      [plans[0]?.id],
    );
  },

  'a load is cut at its limit and the next one begins at the front again': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = Array.from({ length: 5 }, () => plannedDelivery({ endpointId }));
    await acceptOne(store, plannedEvent({ deliveries: plans }));
    const held = (await holdAll(store))(endpointId);
    const load = () =>
      store.queue.loadDue({ tenantId: acme, endpointId, dueBefore: neverEnding, limit: 2 });

    const first = await load();
    const same = await load();
    await store.queue.record(first.map((delivery) => attemptRecord(delivery, held)));
    const next = await load();

    const ids = plans.map(({ id }) => id);
    assert.deepEqual(
      first.map(({ id }) => id),
      ids.slice(0, 2),
    );
    assert.deepEqual(same, first);
    assert.deepEqual(
      next.map(({ id }) => id),
      ids.slice(2, 4),
    );
  },

  'followers take no room in a load': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const behind = Array.from({ length: 50 }, () =>
      plannedDelivery({ endpointId, orderKey: 'failing' }),
    );
    const other = plannedDelivery({ endpointId, orderKey: 'other' });
    for (const plan of [...behind, other]) {
      await acceptOne(store, plannedEvent({ deliveries: [plan] }));
    }

    const loaded = await store.queue.loadDue({
      tenantId: acme,
      endpointId,
      dueBefore: neverEnding,
      limit: 2,
    });

    assert.deepEqual(
      loaded.map(({ id }) => id),
      [behind[0]?.id, other.id],
    );
  },

  'a load answers one endpoint of one tenant': async ({ store }) => {
    const { delivery } = await owe(store);
    await owe(store);
    const { endpointId } = delivery;
    const query = { endpointId, dueBefore: neverEnding, limit: 10 };

    assert.deepEqual(await store.queue.loadDue({ ...query, tenantId: globex }), []);
    assert.deepEqual(await store.queue.loadDue({ ...query, tenantId: acme }), [delivery]);
  },
};

const dueEndpoints: Laws = {
  'each endpoint with something due is named once, with its earliest due time': async ({
    store,
  }) => {
    const [busy, idle] = [sampleId('endpoint'), sampleId('endpoint')];
    const theirs = plannedDelivery({ dueAt: at(5) });
    await store.queue.accept([
      plannedEvent({
        deliveries: [
          plannedDelivery({ endpointId: busy, dueAt: at(30) }),
          plannedDelivery({ endpointId: busy, dueAt: at(20) }),
          plannedDelivery({ endpointId: idle, dueAt: at(100) }),
        ],
      }),
      plannedEvent({ event: { tenantId: globex }, deliveries: [theirs] }),
    ]);

    const found = await everyDue(store, { dueBefore: at(100) });

    const expected = [
      { tenantId: acme, endpointId: busy, dueAt: at(20) },
      { tenantId: globex, endpointId: theirs.endpointId, dueAt: at(5) },
    ];
    assert.deepEqual(found.toSorted(byId), expected.toSorted(byId));
  },

  'an endpoint leaves when nothing of it is due any more': async ({ store }) => {
    const { delivery, held } = await owe(store);

    await recordMoved(store, failedRecord(delivery, held, at(5_000)));
    const waiting = await everyDue(store, { dueBefore: at(5_000) });
    const due = await everyDue(store, { dueBefore: at(5_001) });
    const again = { ...delivery, attemptCount: 1, dueAt: at(5_000) };
    await recordMoved(store, attemptRecord(again, held));

    assert.deepEqual(waiting, []);
    assert.equal(due[0]?.dueAt, at(5_000));
    assert.deepEqual(await everyDue(store, {}), []);
  },

  'a follower makes nothing due': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const head = plannedDelivery({ endpointId, orderKey: 'k', dueAt: at(9_000) });
    const follower = plannedDelivery({ endpointId, orderKey: 'k', dueAt: at(0) });
    for (const plan of [head, follower]) {
      await acceptOne(store, plannedEvent({ deliveries: [plan] }));
    }

    assert.deepEqual(await everyDue(store, { dueBefore: at(9_000) }), []);
  },

  'only endpoints of the asked shards are named': async ({ store }) => {
    const plans = Array.from({ length: 20 }, () => plannedDelivery());
    await acceptOne(store, plannedEvent({ deliveries: plans }));
    const shards = allShards.filter(({ number }) => number % 2 === 0);

    const found = await everyDue(store, { shards });

    const wanted = plans.filter(({ endpointId }) => shardOf(endpointId).number % 2 === 0);
    assert.ok(wanted.length > 0 && wanted.length < 20);
    assert.deepEqual(endpointsOf(found), wanted.map(({ endpointId }) => endpointId).toSorted());
    assert.deepEqual(await everyDue(store, { shards: [] }), []);
  },

  'pages go round every endpoint once, in the same order each time': async ({ store }) => {
    const plans = Array.from({ length: 10 }, () => plannedDelivery());
    const theirs = Array.from({ length: 5 }, () => plannedDelivery());
    await acceptOne(store, plannedEvent({ deliveries: plans }));
    await acceptOne(store, plannedEvent({ event: { tenantId: globex }, deliveries: theirs }));

    const inThrees = await everyDue(store, { limit: 3 });
    const inFours = await everyDue(store, { limit: 4 });

    const wanted = [...plans, ...theirs].map(({ endpointId }) => endpointId);
    assert.deepEqual(endpointsOf(inThrees), wanted.toSorted());
    assert.deepEqual(inFours, inThrees);
  },

  'a page goes on though the endpoint it ended at has gone': async ({ store }) => {
    const owed = [await owe(store), await owe(store), await owe(store)];
    const query = { shards: allShards, dueBefore: neverEnding };
    const [first] = await store.queue.dueEndpoints({ ...query, after: null, limit: 1 });
    const gone = owed.find(({ delivery }) => delivery.endpointId === first?.endpointId);
    assert.ok(first && gone);
    await recordMoved(store, attemptRecord(gone.delivery, gone.held));

    const after = first.endpointId;
    const rest = await store.queue.dueEndpoints({ ...query, after, limit: 10 });

    const others = owed.map(({ delivery }) => delivery.endpointId);
    assert.deepEqual(endpointsOf(rest), others.filter((id) => id !== after).toSorted());
  },
};

const reading: Laws = {
  'events are read by position, payload included': async ({ store }) => {
    const planned = [1, 2, 3].map((n) => plannedEvent({ event: { data: bytes(`event ${n}`) } }));
    const positions: Position[] = [];
    for (const each of planned) positions.push((await acceptOne(store, each)).position);
    const asked = positions.toReversed().slice(0, 2);

    const read = await store.queue.readEvents({ tenantId: acme, positions: asked });

    const expected = planned.map(({ event }, index) => ({ ...event, position: positions[index] }));
    assert.deepEqual(
      read.toSorted((a, b) => a.position - b.position),
      expected.slice(1),
    );
  },

  'what is missing or of another tenant is left out': async ({ store }) => {
    const { planned, delivery } = await owe(store);
    const theirs = await acceptOne(store, plannedEvent({ event: { tenantId: globex } }));
    const positions = [
      delivery.eventPosition,
      delivery.position,
      theirs.position,
      (delivery.position + 1_000) as Position,
    ];

    const read = await store.queue.readEvents({ tenantId: acme, positions });

    assert.deepEqual(
      read.map(({ id }) => id),
      [planned.event.id],
    );
    assert.deepEqual(await store.queue.readEvents({ tenantId: acme, positions: [] }), []);
  },

  'a load right behind its commit sees it': async ({ store }) => {
    const plan = plannedDelivery();
    await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    const loaded = await loadAll(store, plan.endpointId);

    assert.equal(loaded.length, 1);
  },
};

type DueParts = { shards?: readonly Shard[]; dueBefore?: typeof neverEnding; limit?: number };

/** Goes round all due endpoints, page by page. */
async function everyDue(store: Store, parts: DueParts): Promise<DueEndpoint[]> {
  const { shards = allShards, dueBefore = neverEnding, limit = 100 } = parts;
  const found: DueEndpoint[] = [];
  let after: EndpointId | null = null;
  for (let count = 0; count < 100; count += 1) {
    const page: DueEndpoint[] = await store.queue.dueEndpoints({ shards, dueBefore, after, limit });
    assert.ok(page.length <= limit);
    found.push(...page);
    after = page.at(-1)?.endpointId ?? null;
    if (after === null) return found;
  }
  return assert.fail('the round has no end');
}

function endpointsOf(found: readonly DueEndpoint[]): EndpointId[] {
  return found.map(({ endpointId }) => endpointId).toSorted();
}

function byId(a: DueEndpoint, b: DueEndpoint): number {
  return a.endpointId < b.endpointId ? -1 : 1;
}
