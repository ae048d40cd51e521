import assert from 'node:assert/strict';
import { calmState } from '../../core/alert/alert-state.ts';
import type { PendingDelivery } from '../../core/delivery.ts';
import type { Position } from '../../core/ids.ts';
import type { HeldShard } from '../../core/shard.ts';
import type { AlertPage } from '../alert-book.ts';
import type { AttemptRecord } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, holdAll, loadAll, owe, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failed503, failedRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent, sampleAttempt } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Alerts read by position what failed and what died, and save how far they are. */
export function alertBookContract(open: OpenStore): void {
  registerLaws(open, reading);
  registerLaws(open, saving);
}

const reading: Laws = {
  'reading begins at the newest position, with nothing': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, failedRecord(delivery, held, at(900)));

    const begun = await store.alerts.read({ after: null, limit: 10 });
    const next = await store.alerts.read({ after: begun.position, limit: 10 });

    assert.deepEqual([begun.failures, begun.deaths, begun.isLevel], [[], [], true]);
    assert.deepEqual(next, begun);
  },

  'a failed attempt is told at its position, a success is not': async ({ store }) => {
    const after = await newest(store);
    const [bad, good] = [await owe(store), await owe(store)];
    const record = failedRecord(bad.delivery, bad.held, at(900));
    await recordMoved(store, record);
    await recordMoved(store, attemptRecord(good.delivery, good.held));

    const { failures, deaths, isLevel } = await store.alerts.read({ after, limit: 10 });

    const { attempt } = record;
    assert.ok(attempt);
    const stored = await store.log.get({ tenantId: acme, id: attempt.id });
    const { tenantId, endpointId, id: attemptId, startedAt } = attempt;
    const expected = { position: stored?.position, tenantId, endpointId, attemptId, at: startedAt };
    assert.deepEqual(failures, [expected]);
    assert.deepEqual([deaths, isLevel], [[], true]);
  },

  'a death is told with its delivery, also after it was retried': async ({ store }) => {
    const after = await newest(store);
    const { planned, delivery, held } = await owe(store);
    const record = deadRecord(delivery, held);
    await recordMoved(store, record);
    const change = { tenantId: acme, deliveryId: delivery.id, at: at(90), to: 'retry' } as const;
    await store.queue.change([change]);

    const { deaths } = await store.alerts.read({ after, limit: 10 });

    const [{ position, ...death } = assert.fail()] = deaths;
    assert.ok(position > after && deaths.length === 1);
    assert.deepEqual(death, {
      tenantId: acme,
      endpointId: delivery.endpointId,
      deliveryId: delivery.id,
      eventId: planned.event.id,
      eventType: planned.event.type,
      attemptCount: 1,
      reason: 'attempts_exhausted',
      at: record.at,
    });
  },

  'what died without an attempt is told too, and told once': async ({ store }) => {
    const after = await newest(store);
    const { delivery, held } = await owe(store);
    const next = { is: 'dead', reason: 'expired', holdsKey: false } as const;
    const record = attemptRecord(delivery, held, { attempt: null, next });
    await recordMoved(store, record);
    await recordMoved(store, record);

    const { failures, deaths } = await store.alerts.read({ after, limit: 10 });

    assert.deepEqual([failures.length, deaths.map(({ reason }) => reason)], [0, ['expired']]);
  },

  'what a disabled endpoint leaves behind is told one by one': async ({ store }) => {
    const after = await newest(store);
    const endpointId = sampleId('endpoint');
    const plans = [plannedDelivery({ endpointId }), plannedDelivery({ endpointId })];
    for (const plan of plans) await acceptOne(store, plannedEvent({ deliveries: [plan] }));
    const as = { is: 'dead', reason: 'endpoint_disabled' } as const;
    await store.queue.settle({ tenantId: acme, endpointId, at: at(5), as, limit: 10 });

    const { deaths } = await store.alerts.read({ after, limit: 10 });

    assert.deepEqual(
      deaths.map(({ deliveryId, reason }) => [deliveryId, reason]),
      plans.map(({ id }) => [id, 'endpoint_disabled']),
    );
  },

  'deliveries of alerts and attempts that we ended ourselves are left out': async ({ store }) => {
    const after = await newest(store);
    const eventType = 'posthorn.endpoint.failing';
    const own = await oweOf(store, eventType);
    const attempt = sampleAttempt(own.delivery, { ...failed503, eventType });
    await recordMoved(store, { ...deadRecord(own.delivery, own.held), attempt });
    const cut = await owe(store);
    const error = { statusCode: null, error: 'interrupted' } as const;
    const ours = sampleAttempt(cut.delivery, { ...failed503, ...error });
    await recordMoved(store, { ...failedRecord(cut.delivery, cut.held, at(9)), attempt: ours });

    const { failures, deaths } = await store.alerts.read({ after, limit: 10 });

    assert.deepEqual([failures, deaths], [[], []]);
  },

  'steps of any size tell everything once, in position order': async ({ store }) => {
    const after = await newest(store);
    const records: AttemptRecord[] = [];
    for (let count = 0; count < 7; count += 1) {
      const { delivery, held } = await owe(store);
      records.push(
        count % 2 === 0 ? deadRecord(delivery, held) : failedRecord(delivery, held, at(9)),
      );
    }
    await store.queue.record(records);

    for (const limit of [1, 2, 3, 100]) {
      const pages = await readOn(store, after, limit);

      const failures = pages.flatMap((page) => page.failures.map(({ position }) => position));
      const deaths = pages.flatMap((page) => page.deaths.map(({ position }) => position));
      assert.deepEqual([failures.length, deaths.length], [7, 4], `in steps of ${limit}`);
      assert.deepEqual(
        failures,
        failures.toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        deaths,
        deaths.toSorted((a, b) => a - b),
      );
      assert.equal(pages.at(-1)?.position, await newest(store));
    }
  },

  'the first success after a failure is found, but not that of an alert': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const own = await oweOf(store, 'posthorn.delivery.dead', endpointId);
    const eventType = 'posthorn.delivery.dead';
    const told = sampleAttempt(own.delivery, { eventType });
    await recordMoved(store, attemptRecord(own.delivery, own.held, { attempt: told }));
    const start = await newest(store);
    const before = await succeed(store, await oweOf(store, 'a', endpointId));
    const first = await newest(store);
    await succeed(store, await oweOf(store, 'a', endpointId));

    const of = { tenantId: acme, endpointId };
    const found = await store.alerts.successes([
      { ...of, after: start, before: null },
      { ...of, after: start, before: first },
      { ...of, after: 0 as Position, before: start },
      { ...of, tenantId: globex, after: start, before: null },
    ]);

    assert.deepEqual(found, [{ at: before }, null, null, null]);
  },
};

const saving: Laws = {
  'nothing was saved before the first step': async ({ store }) => {
    const standing = await store.alerts.standing();

    assert.deepEqual(standing, { version: 0, position: null, states: [] });
  },

  'a step is there after a restart, and what it forgets is not': async (under) => {
    const [kept, gone] = [stateOf(), stateOf()];
    const { alerts } = under.store;
    const position = 7 as Position;
    await alerts.save({ expects: 0, position, states: [kept, gone], forget: [] });
    await alerts.save({ expects: 1, position, states: [], forget: [gone] });

    const store = await under.reopen();
    const standing = await store.alerts.standing();

    assert.deepEqual(standing, { version: 2, position, states: [kept] });
  },

  'of two steps from one version the second is refused': async ({ store }) => {
    const [first, second] = [stateOf(), stateOf()];
    const step = { expects: 0, position: 7 as Position, forget: [] };

    const answers = [
      await store.alerts.save({ ...step, states: [first] }),
      await store.alerts.save({ ...step, states: [second] }),
    ];

    assert.deepEqual(answers, [{ is: 'saved', version: 1 }, { is: 'overtaken' }]);
    assert.deepEqual((await store.alerts.standing()).states, [first]);
  },
};

type Owing = { delivery: PendingDelivery; held: HeldShard };

function stateOf() {
  const state = calmState({ tenantId: acme, endpointId: sampleId('endpoint') });
  return { ...state, failedAt: [at(1), at(2)] };
}

async function newest(store: Store): Promise<Position> {
  return (await store.alerts.read({ after: null, limit: 1 })).position;
}

async function oweOf(
  store: Store,
  type: string,
  endpointId = sampleId('endpoint'),
): Promise<Owing> {
  const plan = plannedDelivery({ endpointId });
  await acceptOne(store, plannedEvent({ event: { type }, deliveries: [plan] }));
  const held = (await holdAll(store))(endpointId);
  const delivery = (await loadAll(store, endpointId)).find(({ id }) => id === plan.id);
  assert.ok(delivery);
  return { delivery, held };
}

async function succeed(store: Store, { delivery, held }: Owing) {
  const record = attemptRecord(delivery, held);
  await recordMoved(store, record);
  return record.attempt?.startedAt;
}

async function readOn(store: Store, from: Position, limit: number): Promise<AlertPage[]> {
  const pages: AlertPage[] = [];
  let after = from;
  for (let count = 0; count < 100; count += 1) {
    const page = await store.alerts.read({ after, limit });
    assert.ok(page.failures.length <= limit && page.deaths.length <= limit);
    pages.push(page);
    if (page.isLevel) return pages;
    after = page.position;
  }
  return assert.fail('the log has no end');
}
