import assert from 'node:assert/strict';
import type { EventId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { AttemptRecord, PlannedEvent } from '../queue.ts';
import type { OwnRetention, Store } from '../store.ts';
import { acceptOne, holdAll, loadedIds, owe, oweInOrder } from './arrange.ts';
import { readDelivery, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, globex, idempotencyRow } from './sample.ts';
import { guardedWrite, plannedDelivery, plannedEvent } from './sample.ts';

const day = 86_400_000;

/** Retention removes what is over and old, and nothing that somebody is still owed. */
export function pruningContract(open: OpenStore): void {
  registerLaws(open, laws);
  registerLaws(open, ownLaws);
}

const laws: Laws = {
  'an old event goes with its deliveries and attempts': async ({ store }) => {
    const { delivery, held, planned } = await owe(store);
    const record = attemptRecord(delivery, held);
    await recordMoved(store, record);

    await pruneAll(store, at(day));

    assert.equal(await findEvent(store, planned.event.id), null);
    assert.equal(await store.finder.delivery({ tenantId: acme, id: delivery.id }), null);
    assert.ok(record.attempt);
    assert.equal(await store.log.get({ tenantId: acme, id: record.attempt.id }), null);
    const { rows } = await store.log.search({ tenantId: acme }, { before: null, limit: 9 });
    assert.deepEqual(rows, []);
    const positions = [delivery.eventPosition];
    assert.deepEqual(await store.queue.readEvents({ tenantId: acme, positions }), []);
  },

  'an event at the bound or younger stays': async ({ store }) => {
    const planned = [day - 1, day, day + 1].map((ms) =>
      plannedEvent({ event: { acceptedAt: at(ms) } }),
    );
    await store.queue.accept(planned);

    await pruneAll(store, at(day));

    const stays = await Promise.all(planned.map(async (each) => isKept(store, each)));
    assert.deepEqual(stays, [false, true, true]);
  },

  'an event that a pending delivery needs stays whole, and goes once it is over': async ({
    store,
  }) => {
    const plans = [plannedDelivery(), plannedDelivery()] as const;
    const planned = plannedEvent({ deliveries: plans });
    await acceptOne(store, planned);
    const hold = await holdAll(store);
    const record = attemptRecord(await readPending(store, plans[0].id), hold(plans[0].endpointId));
    await recordMoved(store, record);

    await pruneAll(store, at(day));
    const during = await readDelivery(store, plans[0].id);
    const last = await readPending(store, plans[1].id);
    await recordMoved(store, attemptRecord(last, hold(plans[1].endpointId)));
    await pruneAll(store, at(day));

    assert.equal(during.state.is, 'delivered');
    assert.equal(await isKept(store, planned), false);
  },

  'a dead letter counts from its death': async ({ store }) => {
    const [early, late] = [await owe(store), await owe(store)];
    const die = (owed: typeof early, ms: number): AttemptRecord => ({
      ...deadRecord(owed.delivery, owed.held),
      at: at(ms),
    });
    await store.queue.record([die(early, day - 1), die(late, day)]);

    await pruneAll(store, at(day));

    assert.equal(await isKept(store, early.planned), false);
    assert.equal(await isKept(store, late.planned), true);
    await pruneAll(store, at(2 * day));
    assert.equal(await isKept(store, late.planned), false);
  },

  'a dead letter that held its key frees it when it goes': async ({ store }) => {
    const { endpointId, ids, head, held } = await oweInOrder(store, 1);
    await recordMoved(store, { ...deadRecord(head, held, true), at: at(1) });
    const plan = plannedDelivery({ endpointId, orderKey: head.orderKey });
    const late = plannedEvent({ event: { acceptedAt: at(day) }, deliveries: [plan] });
    await acceptOne(store, late);

    await pruneAll(store, at(day));

    assert.equal(await store.finder.delivery({ tenantId: acme, id: ids[0] ?? plan.id }), null);
    assert.deepEqual(await loadedIds(store, endpointId), [plan.id]);
  },

  'steps are bounded, oldest first, and pass over what must stay': async ({ store }) => {
    const { planned: kept } = await owe(store);
    const planned = Array.from({ length: 6 }, () => plannedEvent());
    await store.queue.accept(planned);

    const first = await store.prune({ before: at(day), limit: 2 });
    const left = await Promise.all(planned.map((each) => isKept(store, each)));
    await pruneAll(store, at(day), 2);

    assert.ok(first.count > 0 && !first.isDone);
    assert.deepEqual(
      left,
      left.toSorted((a, b) => Number(a) - Number(b)),
    );
    assert.ok(left.includes(true) && left.includes(false));
    for (const each of planned) assert.equal(await isKept(store, each), false);
    assert.equal(await isKept(store, kept), true);
  },

  'nothing to remove is done at once': async ({ store }) => {
    await owe(store);

    const answer = await store.prune({ before: at(day), limit: 10 });

    assert.deepEqual(answer, { count: 0, isDone: true });
  },

  'kept answers that have ended go, others stay': async ({ store }) => {
    const ended = idempotencyRow({ expiresAt: at(1_000) });
    const lasting = idempotencyRow();
    await acceptOne(store, plannedEvent({ idempotency: ended }));
    await acceptOne(store, plannedEvent({ idempotency: lasting }));

    await pruneAll(store, at(day));

    assert.equal(await store.finder.idempotency({ ...ended, now: at(0) }), null);
    assert.deepEqual(await store.finder.idempotency({ ...lasting, now: at(0) }), lasting);
  },

  'guarded rows outlive the events that made them': async ({ store }) => {
    await acceptOne(store, plannedEvent({ writes: [guardedWrite()] }));

    await pruneAll(store, at(day));

    const found = await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' });
    assert.equal(found?.version, 1);
  },
};

const ownLaws: Laws = {
  'a type has its own retention, longer or shorter, and it wins over that of its tenant': async ({
    store,
  }) => {
    const { ofType, ofTenant, ofBoth, ofNone } = await acceptKinds(store, at(day));
    const own = {
      types: [['long', at(0)] as const],
      tenants: [[globex, at(2 * day)] as const],
      isFresh: true,
    };

    await pruneAll(store, at(day + 1), 1_000, own);

    assert.deepEqual(
      await Promise.all([ofType, ofTenant, ofBoth, ofNone].map((each) => isKept(store, each))),
      [true, false, true, false],
    );
  },

  'a tenant may keep its events for longer than others, and for shorter': async ({ store }) => {
    const { ofTenant, ofNone } = await acceptKinds(store, at(day));
    const keep = (before: Instant) => ({
      types: [],
      tenants: [[globex, before] as const],
      isFresh: true,
    });

    await pruneAll(store, at(day), 1_000, keep(at(day + 1)));
    const after = [await isKept(store, ofTenant), await isKept(store, ofNone)];
    await pruneAll(store, at(day + 1), 1_000, keep(at(0)));

    assert.deepEqual(after, [false, true]);
    assert.equal(await isKept(store, ofNone), false);
  },

  'what was kept for longer goes when its own time is over': async ({ store }) => {
    const { ofType, ofNone } = await acceptKinds(store, at(0));
    const own = (before: Instant) => ({
      types: [['long', before] as const],
      tenants: [],
      isFresh: true,
    });

    await pruneAll(store, at(day), 1, own(at(0)));
    const during = [await isKept(store, ofType), await isKept(store, ofNone)];
    await pruneAll(store, at(2 * day), 1, own(at(day)));

    assert.deepEqual(during, [true, false]);
    assert.equal(await isKept(store, ofType), false);
  },

  'a dead letter of a type counts from its death by the retention of the type': async ({
    store,
  }) => {
    const { delivery, held, planned } = await owe(store);
    await store.queue.record([{ ...deadRecord(delivery, held), at: at(day) }]);
    const own = (before: Instant) => ({
      types: [[planned.event.type, before] as const],
      tenants: [],
      isFresh: true,
    });

    await pruneAll(store, at(3 * day), 1_000, own(at(day)));
    const during = await isKept(store, planned);
    await pruneAll(store, at(3 * day), 1_000, own(at(2 * day)));

    assert.equal(during, true);
    assert.equal(await isKept(store, planned), false);
  },
};

/** Events that a rule for the type `long`, for globex, for both and for neither is about. */
async function acceptKinds(store: Store, acceptedAt: Instant) {
  const planned = (parts: Partial<PlannedEvent['event']>) =>
    plannedEvent({ event: { acceptedAt, ...parts } });
  const kinds = {
    ofType: planned({ type: 'long' }),
    ofTenant: planned({ tenantId: globex }),
    ofBoth: planned({ type: 'long', tenantId: globex }),
    ofNone: planned({}),
  };
  await store.queue.accept(Object.values(kinds));
  return kinds;
}

/** Prunes step by step until it is done, in at most 100 steps. */
async function pruneAll(
  store: Store,
  before: Instant,
  limit = 1_000,
  own?: OwnRetention,
): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    const more = own === undefined ? {} : { own: { ...own, isFresh: own.isFresh && count === 0 } };
    if ((await store.prune({ before, limit, ...more })).isDone) return;
  }
  assert.fail('pruning has no end');
}

async function findEvent(store: Store, id: EventId, tenantId = acme) {
  return store.finder.event({ tenantId, id });
}

async function isKept(store: Store, { event }: PlannedEvent): Promise<boolean> {
  return (await findEvent(store, event.id, event.tenantId)) !== null;
}
