import assert from 'node:assert/strict';
import type { Delivery } from '../../core/delivery.ts';
import type { DeliveryFilter } from '../finder.ts';
import type { Store } from '../store.ts';
import { acceptOne, holdAll, owe, readPages, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, bytes, deadRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Lists go newest first, page by page, and show a tenant its own rows alone. */
export function listingContract(open: OpenStore): void {
  registerLaws(open, events);
  registerLaws(open, deliveries);
  registerLaws(open, backlog);
}

const newest = { before: null, limit: 100 };

const events: Laws = {
  'an event in a list has everything but its payload': async ({ store }) => {
    const planned = plannedEvent({
      event: { data: bytes('{"é":1}'), metadata: { a: [1] }, entity: { type: 'c', id: '1' } },
    });
    const { position } = await acceptOne(store, planned);

    const { rows, next } = await store.finder.events({ tenantId: acme }, newest);

    const { data, ...rest } = planned.event;
    assert.deepEqual(rows, [{ ...rest, position, dataBytes: data.byteLength }]);
    assert.equal(next, null);
  },

  'pages of any size show each event once, newest first': async ({ store }) => {
    const planned = Array.from({ length: 6 }, () => plannedEvent());
    await store.queue.accept(planned);
    const wanted = planned.map(({ event }) => event.id).toReversed();

    for (const limit of [1, 2, 3, 4, 6, 100]) {
      const rows = await readPages(limit, (page) => store.finder.events({ tenantId: acme }, page));

      assert.deepEqual(
        rows.map(({ id }) => id),
        wanted,
        `in pages of ${limit}`,
      );
    }
  },

  'a page that ends with the oldest says that nothing is older': async ({ store }) => {
    await store.queue.accept([plannedEvent(), plannedEvent()]);

    const { rows, next } = await store.finder.events(
      { tenantId: acme },
      { before: null, limit: 2 },
    );

    assert.equal(rows.length, 2);
    assert.equal(next, null);
  },

  'what arrives between two pages neither repeats nor hides a row': async ({ store }) => {
    const planned = Array.from({ length: 4 }, () => plannedEvent());
    await store.queue.accept(planned);

    const rows = await readPages(2, async (page) => {
      const answer = await store.finder.events({ tenantId: acme }, page);
      await acceptOne(store, plannedEvent());
      return answer;
    });

    const wanted = planned.map(({ event }) => event.id).toReversed();
    assert.deepEqual(
      rows.map(({ id }) => id),
      wanted,
    );
  },

  'filters hold together and pages go on within them': async ({ store }) => {
    const planned = [
      plannedEvent({ event: { type: 'a.b', correlationId: 'c-1' } }),
      plannedEvent({ event: { type: 'a.b', correlationId: 'c-2' } }),
      plannedEvent({ event: { type: 'a.c', correlationId: 'c-1' } }),
      plannedEvent({ event: { type: 'a.b', correlationId: 'c-1' } }),
    ];
    await store.queue.accept(planned);
    const rows: [because: string, filter: object, indexes: number[]][] = [
      ['a type is wanted exactly', { type: 'a.b' }, [3, 1, 0]],
      ['a chain is found as a whole', { correlationId: 'c-1' }, [3, 2, 0]],
      ['both must hold', { type: 'a.b', correlationId: 'c-1' }, [3, 0]],
      ['a type is no prefix', { type: 'a' }, []],
    ];

    for (const [because, filter, indexes] of rows) {
      const found = await readPages(1, (page) =>
        store.finder.events({ tenantId: acme, ...filter }, page),
      );

      const wanted = indexes.map((index) => planned[index]?.event.id);
      assert.deepEqual(
        found.map(({ id }) => id),
        wanted,
        because,
      );
    }
  },

  'a window takes its first instant in and leaves its last one out': async ({ store }) => {
    const planned = [100, 200, 300].map((ms) => plannedEvent({ event: { acceptedAt: at(ms) } }));
    await store.queue.accept(planned);
    const list = async (window: object) => {
      const page = await store.finder.events({ tenantId: acme }, { ...newest, ...window });
      return page.rows.map(({ acceptedAt }) => acceptedAt - at(0));
    };

    assert.deepEqual(await list({ from: at(200) }), [300, 200]);
    assert.deepEqual(await list({ until: at(200) }), [100]);
    assert.deepEqual(await list({ from: at(101), until: at(300) }), [200]);
    assert.deepEqual(await list({ from: at(301) }), []);
  },

  'a tenant sees its own events alone, an operator all of them': async ({ store }) => {
    const ours = plannedEvent();
    const theirs = plannedEvent({ event: { tenantId: globex } });
    await store.queue.accept([ours, theirs]);
    const list = async (tenantId: typeof acme | null) =>
      (await store.finder.events({ tenantId }, newest)).rows.map(({ id }) => id);

    assert.deepEqual(await list(acme), [ours.event.id]);
    assert.deepEqual(await list(globex), [theirs.event.id]);
    assert.deepEqual(await list(null), [theirs.event.id, ours.event.id]);
    const { id } = theirs.event;
    assert.equal(await store.finder.event({ tenantId: acme, id }), null);
    assert.equal((await store.finder.event({ tenantId: null, id }))?.id, id);
  },
};

const deliveries: Laws = {
  'deliveries are listed as they are looked up': async ({ store }) => {
    const { delivery } = await owe(store, { orderKey: 'k', subscriptionId: subscription });

    const { rows, next } = await store.finder.deliveries({ tenantId: acme }, newest);

    const { dueAt, ...rest } = delivery;
    assert.deepEqual(rows, [{ ...rest, state: { is: 'pending', dueAt } }]);
    assert.equal(rest.subscriptionId, subscription);
    assert.equal(next, null);
  },

  'filters of deliveries hold together, in pages, newest first': async ({ store }) => {
    const { all, first, second, eventId } = await oweSix(store);
    const both = { endpointId: first, state: 'pending' } as const;
    const rows: [because: string, filter: Partial<DeliveryFilter>, indexes: number[]][] = [
      ['no filter shows all', {}, [5, 4, 3, 2, 1, 0]],
      ['one endpoint', { endpointId: second }, [5, 3, 1]],
      ['one event', { eventId }, [3, 2]],
      ['what is delivered', { state: 'delivered' }, [0]],
      ['what is dead', { state: 'dead' }, [3]],
      ['what is cancelled', { state: 'cancelled' }, [4]],
      ['what is superseded', { state: 'superseded' }, []],
      ['endpoint and state', both, [2]],
      ['all three', { ...both, eventId }, [2]],
    ];

    for (const [because, filter, indexes] of rows) {
      for (const limit of [1, 2, 100]) {
        const found = await readPages(limit, (page) =>
          store.finder.deliveries({ tenantId: acme, ...filter }, page),
        );

        const wanted = indexes.map((index) => all[index]);
        assert.deepEqual(idsOf(found), wanted, `${because}, in pages of ${limit}`);
      }
    }
  },

  'deliveries have a window too, by when they were made': async ({ store }) => {
    const planned = [100, 200].map((ms) =>
      plannedEvent({
        event: { acceptedAt: at(ms) },
        deliveries: [plannedDelivery({ dueAt: at(999) })],
      }),
    );
    await store.queue.accept(planned);
    const list = async (window: object) => {
      const page = await store.finder.deliveries({ tenantId: acme }, { ...newest, ...window });
      return page.rows.map(({ createdAt }) => createdAt - at(0));
    };

    assert.deepEqual(await list({ from: at(200) }), [200]);
    assert.deepEqual(await list({ until: at(200) }), [100]);
  },

  'a tenant sees its own deliveries alone': async ({ store }) => {
    const theirs = plannedDelivery();
    await acceptOne(store, plannedEvent({ event: { tenantId: globex }, deliveries: [theirs] }));
    const { delivery } = await owe(store);
    const { endpointId } = theirs;

    const list = async (filter: DeliveryFilter) =>
      idsOf((await store.finder.deliveries(filter, newest)).rows);

    assert.deepEqual(await list({ tenantId: acme }), [delivery.id]);
    assert.deepEqual(await list({ tenantId: acme, endpointId }), []);
    assert.deepEqual(await list({ tenantId: null }), [delivery.id, theirs.id]);
    assert.deepEqual(await list({ tenantId: null, endpointId }), [theirs.id]);
    assert.equal(await store.finder.delivery({ tenantId: acme, id: theirs.id }), null);
    assert.equal((await store.finder.delivery({ tenantId: null, id: theirs.id }))?.id, theirs.id);
  },
};

const backlog: Laws = {
  'the backlog counts what is owed and knows the oldest due time': async ({ store }) => {
    const empty = await store.finder.backlog();
    const { all, first } = await oweSix(store);
    const busy = await store.finder.backlog();
    const dead = all[3] ?? sampleId('delivery');
    await store.queue.change([{ tenantId: acme, deliveryId: dead, at: at(1), to: 'retry' }]);
    const retried = await store.finder.backlog();
    await store.queue.settle({
      tenantId: acme,
      endpointId: first,
      at: at(2_000),
      as: { is: 'dead', reason: 'endpoint_disabled' },
      limit: 100,
    });

    const settled = await store.finder.backlog();

    assert.deepEqual(empty, { pendingCount: 0, oldestDueAt: null });
    assert.deepEqual(busy, { pendingCount: 3, oldestDueAt: at(1_001) });
    assert.deepEqual(retried, { pendingCount: 4, oldestDueAt: at(1) });
    assert.deepEqual(settled, { pendingCount: 3, oldestDueAt: at(1) });
  },

  'followers are owed too': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const plans = [1, 2, 3].map(() => plannedDelivery({ endpointId, orderKey: 'k' }));
    for (const plan of plans) await acceptOne(store, plannedEvent({ deliveries: [plan] }));

    const { pendingCount } = await store.finder.backlog();

    assert.equal(pendingCount, 3);
  },
};

const subscription = sampleId('subscription');

/** Three events to two endpoints each: delivered, two pending, dead, cancelled, pending. */
async function oweSix(store: Store) {
  const [first, second] = [sampleId('endpoint'), sampleId('endpoint')];
  const planned = [1, 2, 3].map((n) =>
    plannedEvent({
      deliveries: [first, second].map((endpointId) =>
        plannedDelivery({ endpointId, dueAt: at(1_000 * n + (endpointId === first ? 0 : 1)) }),
      ),
    }),
  );
  await store.queue.accept(planned);
  const all = planned.flatMap((each) => each.deliveries.map(({ id }) => id));
  const hold = await holdAll(store);
  const pending = async (index: number) => readPending(store, all[index] ?? sampleId('delivery'));
  await recordMoved(store, attemptRecord(await pending(0), hold(first)));
  await recordMoved(store, deadRecord(await pending(3), hold(second)));
  const { id: deliveryId } = await pending(4);
  await store.queue.change([{ tenantId: acme, deliveryId, at: at(9), to: 'cancel' }]);
  return { all, first, second, eventId: planned[1]?.event.id ?? sampleId('event') };
}

function idsOf(rows: readonly Delivery[]) {
  return rows.map(({ id }) => id);
}
