import assert from 'node:assert/strict';
import type { PendingDelivery } from '../../core/delivery.ts';
import type { Position } from '../../core/ids.ts';
import type { ReplayRequest } from '../../core/replay.ts';
import type { Store } from '../store.ts';
import { heldOne, makeOne, replayMake, replayRequest, replayStep } from './arrange-replay.ts';
import { searchOf, stepOne } from './arrange-replay.ts';
import { acceptOne, holdAll, owe, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** A replay's search finds what was asked for, in order, piece by piece and nothing twice. */
export function replaySearchContract(open: OpenStore): void {
  registerLaws(open, deliveries);
  registerLaws(open, missing);
}

/** One delivery in each state that a search tells apart, all of one endpoint. */
async function oneOfEach(store: Store) {
  const endpointId = sampleId('endpoint');
  const of = async () => owe(store, { endpointId });
  const [dead, failing, delivered, waiting, cancelled] = [
    await of(),
    await of(),
    await of(),
    await of(),
    await of(),
  ];
  await recordMoved(store, deadRecord(dead.delivery, dead.held));
  await recordMoved(store, failedRecord(failing.delivery, failing.held, at(9_000)));
  await recordMoved(store, attemptRecord(delivered.delivery, delivered.held));
  const { id: deliveryId } = cancelled.delivery;
  await store.queue.change([{ tenantId: acme, deliveryId, at: at(1), to: 'cancel' }]);
  return { endpointId, dead, failing, delivered, waiting };
}

async function foundIds(
  store: Store,
  request: Partial<ReplayRequest>,
  { tenantId = acme, limit = 100 } = {},
): Promise<string[]> {
  const { position: upTo } = await store.queue.tail({ shards: [], after: null, limit: 1 });
  const search = { tenantId, request: replayRequest(request), upTo, limit };
  const ids: string[] = [];
  let after = 0 as Position;
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await store.replays.search({ ...search, after });
    ids.push(...page.found.map(({ id }) => id));
    assert.ok(page.position > after || page.isDone, 'a search stands still');
    if (page.isDone) return ids;
    after = page.position;
  }
  return assert.fail('the search has no end');
}

const deliveries: Laws = {
  'each choice finds what its name says': async ({ store }) => {
    const { endpointId, dead, failing, delivered } = await oneOfEach(store);
    const ids = [dead, failing, delivered].map(({ delivery }) => delivery.id);

    for (const narrower of [{}, { endpointId }]) {
      assert.deepEqual(await foundIds(store, { only: 'dead', ...narrower }), ids.slice(0, 1));
      assert.deepEqual(await foundIds(store, { only: 'failed', ...narrower }), ids.slice(0, 2));
      assert.deepEqual(await foundIds(store, { only: 'all', ...narrower }), ids);
      assert.deepEqual(await foundIds(store, { only: 'missing', ...narrower }), []);
    }
  },

  'a search in pieces finds each once, as one in a single piece': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const owed = [];
    for (let made = 0; made < 7; made += 1) {
      owed.push(await owe(store, made % 2 === 0 ? { endpointId } : {}));
    }
    for (const { delivery, held } of owed) await recordMoved(store, deadRecord(delivery, held));
    const ids = owed.map(({ delivery }) => delivery.id);

    for (const limit of [1, 2, 3, 7]) {
      assert.deepEqual(await foundIds(store, { only: 'dead' }, { limit }), ids);
      assert.deepEqual(await foundIds(store, { only: 'failed' }, { limit }), ids);
      const own = await foundIds(store, { only: 'failed', endpointId }, { limit });
      assert.deepEqual(own, [ids[0], ids[2], ids[4], ids[6]]);
    }
  },

  'types, times, events, deliveries and the tenant narrow it': async ({ store }) => {
    const dead: PendingDelivery[] = [];
    for (const [ms, type] of [
      [0, 'a.b'],
      [10, 'a.c'],
      [20, 'b'],
    ] as const) {
      const plan = plannedDelivery();
      await acceptOne(
        store,
        plannedEvent({ event: { type, acceptedAt: at(ms) }, deliveries: [plan] }),
      );
      const held = (await holdAll(store))(plan.endpointId);
      const delivery = await readPending(store, plan.id);
      await recordMoved(store, deadRecord(delivery, held));
      dead.push(delivery);
    }
    const [first, second, third] = dead.map(({ id }) => id);
    const events = dead.map(({ eventId }) => eventId);
    const rows: [because: string, request: Partial<ReplayRequest>, found: unknown[]][] = [
      ['a pattern', { types: ['a.*'] }, [first, second]],
      ['from an instant on', { since: at(10) }, [second, third]],
      ['before an instant', { until: at(10) }, [first]],
      [
        'events by name, in order',
        { eventIds: [events[2], events[0]].flatMap(some) },
        [first, third],
      ],
      ['deliveries by name', { deliveryIds: [third, second].flatMap(some) }, [second, third]],
      ['a name of nothing', { deliveryIds: [sampleId('delivery')] }, []],
      ['an endpoint of nothing', { endpointId: sampleId('endpoint') }, []],
    ];

    for (const [because, request, found] of rows) {
      assert.deepEqual(await foundIds(store, request), found, because);
      assert.deepEqual(await foundIds(store, request, { limit: 1 }), found, because);
    }
    assert.deepEqual(await foundIds(store, {}, { tenantId: globex }), []);
  },

  'what came after the job was made is not looked at': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));
    const job = await makeOne(store);
    const late = await owe(store);
    await recordMoved(store, deadRecord(late.delivery, late.held));

    const { found, isDone, position } = await store.replays.search(searchOf(job));

    assert.deepEqual(
      found.map(({ id }) => id),
      [delivery.id],
    );
    assert.deepEqual([isDone, position], [true, job.upperPosition]);
  },

  'a delivery of a replay says so': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));
    const make = replayMake(delivery);
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));
    await recordMoved(store, deadRecord(await readPending(store, make.deliveryId), held));

    const { found } = await store.replays.search(searchOf(await makeOne(store)));

    assert.deepEqual(
      found.map(({ id, isReplay }) => [id, isReplay]),
      [
        [delivery.id, false],
        [make.deliveryId, true],
      ],
    );
  },
};

const missing: Laws = {
  'events are found with those who have them already, replays among them': async ({ store }) => {
    const [one, two] = [plannedDelivery(), plannedDelivery()];
    const planned = plannedEvent({ deliveries: [one] });
    await acceptOne(store, planned);
    const delivery = await readPending(store, one.id);
    const make = replayMake(delivery, { endpointId: two.endpointId, ofPosition: null });
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));
    const job = await makeOne(store, { request: { only: 'missing' } });

    const { found, examinedCount, isDone } = await store.replays.searchMissing(searchOf(job));

    const [only] = found;
    assert.deepEqual(only?.event, { ...planned.event, position: delivery.eventPosition });
    assert.deepEqual(only?.endpointIds.toSorted(), [one.endpointId, two.endpointId].toSorted());
    assert.deepEqual([only?.isReplays, only?.seenCount], [false, 1]);
    assert.deepEqual([examinedCount, isDone], [1, true]);
  },

  'the event of a replay as new says so': async ({ store }) => {
    const { delivery } = await owe(store);
    const make = replayMake(delivery, { newEventId: sampleId('event') });
    await stepOne(store, replayStep(await heldOne(store), { makes: [make] }));
    const job = await makeOne(store, { request: { only: 'missing' } });

    const { found } = await store.replays.searchMissing(searchOf(job));

    assert.deepEqual(
      found.map(({ event, isReplays }) => [event.id, isReplays]),
      [
        [delivery.eventId, false],
        [make.newEventId, true],
      ],
    );
  },

  'a search in pieces finds each event once': async ({ store }) => {
    const planned = Array.from({ length: 5 }, (_, n) =>
      plannedEvent({ event: { type: n % 2 === 0 ? 'a' : 'b' } }),
    );
    await store.queue.accept(planned);
    await acceptOne(store, plannedEvent({ event: { tenantId: globex } }));
    const job = await makeOne(store, { request: { only: 'missing', types: ['a'] } });

    const ids: string[] = [];
    let search = searchOf(job, 1);
    for (let pages = 0; pages < 9; pages += 1) {
      const page = await store.replays.searchMissing(search);
      ids.push(...page.found.map(({ event }) => event.id));
      if (page.isDone) break;
      search = { ...search, after: page.position };
    }

    const wanted = planned.filter(({ event }) => event.type === 'a').map(({ event }) => event.id);
    assert.deepEqual(ids, wanted);
  },
};

function some<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}
