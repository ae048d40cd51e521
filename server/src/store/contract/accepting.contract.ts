import assert from 'node:assert/strict';
import { later } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import { acceptOne, readDelivery } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import {
  acme,
  at,
  bytes,
  catalogueWrite,
  endpointResource,
  globex,
  guardedWrite,
  plannedDelivery,
  plannedEvent,
} from './sample.ts';
import { sampleId } from './sample-id.ts';

/** An accepted event is stored whole, once, exactly; anything else leaves no trace. */
export function acceptingContract(open: OpenStore): void {
  registerLaws(open, wholeness);
  registerLaws(open, repeats);
}

const wholeness: Laws = {
  'an accepted event is read back with every field it came with': async ({ store }) => {
    const planned = plannedEvent({
      event: {
        source: 'crm',
        key: 'k-1',
        entity: { type: 'contact', id: 'ünï/ 1' },
        causationId: 'evt_before',
        hops: 3,
        metadata: { nested: { list: [1, null, 'x'] } },
        ceId: 'ce 1',
        trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, state: 'v=1,w=2 x' },
        time: at(-5_000),
        acceptedAt: at(10),
      },
    });

    const { position } = await acceptOne(store, planned);

    const found = await store.finder.event({ tenantId: acme, id: planned.event.id });
    assert.deepEqual(found, { ...planned.event, position });
  },

  'an event that nobody wants is kept all the same': async ({ store }) => {
    const planned = plannedEvent({ deliveries: [] });

    const { followers } = await acceptOne(store, planned);

    assert.deepEqual(followers, []);
    assert.ok(await store.finder.event({ tenantId: acme, id: planned.event.id }));
  },

  'payload bytes come back exactly': async ({ store }) => {
    const rows: [because: string, data: Uint8Array][] = [
      ['nothing is a payload too', new Uint8Array()],
      ['big numbers, key order and escapes are kept', bytes('{"b":1e400,"a":"\\u00e9\\/"}')],
      ['bytes need not be UTF-8', Uint8Array.of(0xff, 0xfe, 0, 0x80, 0xc3, 0x28)],
      ['a null byte ends nothing', bytes('before\0after')],
      ['a payload may be as large as an event', new Uint8Array(limits.eventBytes).fill(0xa5)],
    ];

    for (const [because, data] of rows) {
      const planned = plannedEvent({ event: { data, contentType: 'application/octet-stream' } });
      const { position } = await acceptOne(store, planned);
      const [read] = await store.queue.readEvents({ tenantId: acme, positions: [position] });

      assert.deepEqual(Buffer.from(read?.data ?? []), Buffer.from(data), because);
    }
  },

  'deliveries stand behind their event, in the order planned': async ({ store }) => {
    const deliveries = [plannedDelivery(), plannedDelivery({ dueAt: at(900) }), plannedDelivery()];
    const planned = plannedEvent({ event: { acceptedAt: at(7) }, deliveries });

    const { position } = await acceptOne(store, planned);

    for (const [index, plan] of deliveries.entries()) {
      assert.deepEqual(await readDelivery(store, plan.id), {
        id: plan.id,
        position: position + 1 + index,
        tenantId: acme,
        eventId: planned.event.id,
        eventPosition: position,
        endpointId: plan.endpointId,
        subscriptionId: null,
        orderKey: null,
        isReplay: false,
        createdAt: at(7),
        firstDueAt: plan.dueAt,
        attemptCount: 0,
        budgetFrom: 0,
        failingSince: null,
        state: { is: 'pending', dueAt: plan.dueAt },
      });
    }
  },

  'one call is answered event by event, in the order asked': async ({ store }) => {
    const twice = sampleId('delivery');
    const endpointId = sampleId('endpoint');
    const good = [
      plannedEvent({ deliveries: [plannedDelivery()] }),
      plannedEvent({ deliveries: [plannedDelivery()] }),
    ] as const;
    const unstorable = plannedEvent({
      deliveries: [plannedDelivery({ id: twice, endpointId }), plannedDelivery({ id: twice })],
      writes: [guardedWrite()],
    });

    const answers = await store.queue.accept([good[0], unstorable, good[1]]);

    const [first, second, third] = answers;
    assert.equal(answers.length, 3);
    assert.ok(first?.is === 'accepted' && third?.is === 'accepted');
    assert.deepEqual(second, { is: 'refused', because: 'unstorable' });
    assert.ok(first.position < third.position);
    const { event } = unstorable;
    assert.equal(await store.finder.event({ tenantId: acme, id: event.id }), null);
    assert.equal(await store.finder.delivery({ tenantId: acme, id: twice }), null);
    assert.equal(await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' }), null);
  },

  'an event with the most deliveries that one may have is saved whole': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const deliveries = Array.from({ length: limits.deliveriesPerEvent }, () =>
      plannedDelivery({ endpointId }),
    );
    const planned = plannedEvent({ deliveries });

    const { position } = await acceptOne(store, planned);

    const last = deliveries.at(-1);
    assert.ok(last);
    assert.equal(
      (await readDelivery(store, last.id)).position,
      position + limits.deliveriesPerEvent,
    );
    assert.equal((await store.finder.backlog()).pendingCount, limits.deliveriesPerEvent);
  },

  'a call larger than one commit may be is answered whole': async ({ store }) => {
    const data = new Uint8Array(limits.eventBytes).fill(0x20);
    const large = Array.from({ length: 10 }, () => plannedEvent({ event: { data } }));
    const many = Array.from({ length: limits.commitRows + 1 }, () => plannedEvent());

    const answers = await store.queue.accept([...large, ...many]);

    assert.equal(answers.length, large.length + many.length);
    assert.ok(answers.every(({ is }) => is === 'accepted'));
    const positions = answers.map((each) => (each.is === 'accepted' ? each.position : 0));
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );
  },

  'a plan made from an older catalogue is refused whole': async ({ store }) => {
    const change = await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(endpointResource())],
      idempotency: null,
    });
    assert.ok(change.is === 'changed');
    const planned = plannedEvent({
      catalogueVersion: change.version - 1,
      deliveries: [plannedDelivery()],
      writes: [guardedWrite()],
    });

    const [stale, fresh] = await store.queue.accept([
      planned,
      plannedEvent({ catalogueVersion: change.version }),
    ]);

    assert.deepEqual(stale, { is: 'stale_catalogue', version: change.version });
    assert.equal(fresh?.is, 'accepted');
    assert.equal(await store.finder.event({ tenantId: acme, id: planned.event.id }), null);
    assert.equal(await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' }), null);
    assert.equal((await store.finder.backlog()).pendingCount, 0);
  },

  'a call about nothing is answered with nothing': async ({ store }) => {
    assert.deepEqual(await store.queue.accept([]), []);
  },
};

const repeats: Laws = {
  'the same plan again is accepted again and stored once': async ({ store }) => {
    for (const isCallersId of [true, false]) {
      const planned = plannedEvent({
        isCallersId,
        deliveries: [plannedDelivery({ orderKey: 'k' }), plannedDelivery()],
        writes: [guardedWrite({ id: `t-${isCallersId}` })],
      });
      const before = await store.finder.backlog();

      const first = await acceptOne(store, planned);
      const again = await acceptOne(store, planned);

      assert.deepEqual(again, first);
      assert.equal((await store.finder.backlog()).pendingCount, before.pendingCount + 2);
    }
  },

  'the same plan twice in one call is stored once': async ({ store }) => {
    const planned = plannedEvent({ deliveries: [plannedDelivery()] });

    const [first, second] = await store.queue.accept([planned, planned]);

    assert.equal(first?.is, 'accepted');
    assert.deepEqual(second, first);
    assert.equal((await store.finder.backlog()).pendingCount, 1);
  },

  'a plan is accepted again though the catalogue went on meanwhile': async ({ store }) => {
    const planned = plannedEvent({ deliveries: [plannedDelivery()] });
    const first = await acceptOne(store, planned);
    await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(endpointResource())],
      idempotency: null,
    });

    const again = await acceptOne(store, planned);

    assert.deepEqual(again, first);
  },

  'another plan with an id that is taken is a duplicate and adds nothing': async ({ store }) => {
    const first = plannedEvent({
      isCallersId: true,
      deliveries: [plannedDelivery(), plannedDelivery()],
    });
    const { position } = await acceptOne(store, first);
    const repeat = plannedEvent({
      isCallersId: true,
      event: { ...first.event, acceptedAt: later(first.event.acceptedAt, 60_000) },
      deliveries: [plannedDelivery()],
      writes: [guardedWrite()],
    });

    const [answer] = await store.queue.accept([repeat]);

    assert.deepEqual(answer, {
      is: 'duplicate',
      position,
      isSameContent: true,
      deliveryCount: 2,
    });
    assert.equal((await store.finder.backlog()).pendingCount, 2);
    assert.equal(await store.finder.guarded({ tenantId: acme, kind: 'task', id: 't-1' }), null);
  },

  'a duplicate tells whether its content is the same': async ({ store }) => {
    const { event } = plannedEvent({ event: { data: bytes('{"a":1}') } });
    const { position } = await acceptOne(store, plannedEvent({ isCallersId: true, event }));
    const rows: [because: string, isSameContent: boolean, parts: Partial<typeof event>][] = [
      ['other bytes are other content', false, { data: bytes('{ "a":1}') }],
      ['another type is other content', false, { type: 'task.failed' }],
      ['bytes mean something else as another type', false, { contentType: 'text/plain' }],
      ['when it came is not content', true, { acceptedAt: at(9), time: at(9) }],
      ['a chain worked out by the server is not content', true, { correlationId: 'c', hops: 1 }],
    ];

    for (const [because, isSameContent, parts] of rows) {
      const repeat = plannedEvent({ isCallersId: true, event: { ...event, ...parts } });
      const [answer] = await store.queue.accept([repeat]);

      assert.deepEqual(
        answer,
        { is: 'duplicate', position, isSameContent, deliveryCount: 0 },
        because,
      );
    }
  },

  'of two plans with one id in one call the first is accepted': async ({ store }) => {
    const first = plannedEvent({ isCallersId: true });
    const second = plannedEvent({ isCallersId: true, event: first.event });

    const answers = await store.queue.accept([first, second]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['accepted', 'duplicate'],
    );
  },

  'a duplicate is one whatever catalogue its plan was made from': async ({ store }) => {
    const first = plannedEvent({ isCallersId: true });
    await acceptOne(store, first);
    await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(endpointResource())],
      idempotency: null,
    });

    const [answer] = await store.queue.accept([
      plannedEvent({ isCallersId: true, event: first.event }),
    ]);

    assert.equal(answer?.is, 'duplicate');
  },

  'two tenants may use the same event id': async ({ store }) => {
    const ours = plannedEvent({ isCallersId: true });
    const theirs = plannedEvent({
      isCallersId: true,
      event: { ...ours.event, tenantId: globex, data: bytes('theirs') },
    });

    const answers = await store.queue.accept([ours, theirs]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['accepted', 'accepted'],
    );
    const { id } = ours.event;
    const found = await store.finder.event({ tenantId: globex, id });
    assert.deepEqual(Buffer.from(found?.data ?? []), Buffer.from('theirs'));
  },
};
