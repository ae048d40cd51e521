import assert from 'node:assert/strict';
import type { EventId } from '../../core/ids.ts';
import type { EraseRequest } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, loadedIds, owe, readDelivery, recordMoved, recordOne } from './arrange.ts';
import { oweInOrder } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

const noBytes = new Uint8Array();

/** What an event carried can be taken out of the store, and the event stays. */
export function erasingContract(open: OpenStore): void {
  registerLaws(open, erasing);
  registerLaws(open, ending);
  registerLaws(open, stepping);
}

function request(eventId: EventId, parts: Partial<EraseRequest> = {}): EraseRequest {
  return { tenantId: acme, eventId, at: at(500), limit: 100, ...parts };
}

async function bodiesOf(store: Store, eventId: EventId): Promise<string[]> {
  const page = { before: null, limit: 50 };
  const { rows } = await store.log.search({ tenantId: acme, eventId }, page);
  return rows.map(({ answer }) => Buffer.from(answer?.body ?? noBytes).toString());
}

const erasing: Laws = {
  'an erased event stays listed, without data and with the time of its erasure': async ({
    store,
  }) => {
    const planned = plannedEvent();
    const { position } = await acceptOne(store, planned);
    const { id } = planned.event;

    const answer = await store.queue.erase(request(id));

    assert.deepEqual(answer, { is: 'erased', erasedAt: at(500), ended: [], isDone: true });
    const expected = { ...planned.event, position, dataErasedAt: at(500) };
    const found = await store.finder.event({ tenantId: acme, id });
    assert.deepEqual(found && { ...found, data: [...found.data] }, { ...expected, data: [] });
    const { data: _data, ...summary } = { ...expected, dataBytes: 0 };
    const { rows } = await store.finder.events({ tenantId: acme }, { before: null, limit: 9 });
    assert.deepEqual(rows, [summary]);
  },

  'lanes find no erased event': async ({ store }) => {
    const erased = plannedEvent();
    const other = plannedEvent();
    const positions = [];
    for (const planned of [erased, other]) {
      positions.push((await acceptOne(store, planned)).position);
    }

    await store.queue.erase(request(erased.event.id));

    const found = await store.queue.readEvents({ tenantId: acme, positions });
    assert.deepEqual(
      found.map(({ id }) => id),
      [other.event.id],
    );
  },

  'bodies that attempts kept are gone, all else of them stays': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held));
    const [before] = (await store.log.search({ tenantId: acme }, { before: null, limit: 1 })).rows;
    assert.ok(before?.answer);

    await store.queue.erase(request(delivery.eventId));

    const after = await store.log.get({ tenantId: acme, id: before.id });
    assert.deepEqual(await bodiesOf(store, delivery.eventId), ['']);
    assert.deepEqual(
      { ...after, answer: { ...after?.answer, body: noBytes } },
      { ...before, answer: { ...before.answer, body: noBytes } },
    );
  },

  'erasing again changes nothing and tells the first time': async ({ store }) => {
    const { planned } = await owe(store);
    await store.queue.erase(request(planned.event.id));

    const again = await store.queue.erase(request(planned.event.id, { at: at(900) }));

    assert.deepEqual(again, { is: 'erased', erasedAt: at(500), ended: [], isDone: true });
  },

  'what is not there, or is another tenant’s, is unknown': async ({ store }) => {
    const { planned } = await owe(store);
    const { id } = planned.event;

    const answers = [
      await store.queue.erase(request(sampleId('event'))),
      await store.queue.erase(request(id, { tenantId: globex })),
    ];

    assert.deepEqual(answers, [{ is: 'unknown' }, { is: 'unknown' }]);
    const found = await store.finder.event({ tenantId: acme, id });
    assert.equal(found?.dataErasedAt, undefined);
    assert.equal(found?.data.byteLength, planned.event.data.byteLength);
  },
};

const ending: Laws = {
  'a pending delivery ends as cancelled, and its key goes on': async ({ store }) => {
    const { ids, head, endpointId } = await oweInOrder(store, 2);

    const answer = await store.queue.erase(request(head.eventId));

    assert.deepEqual(answer.is === 'erased' && answer.ended, [{ deliveryId: head.id, endpointId }]);
    const { state } = await readDelivery(store, head.id);
    assert.deepEqual(state, { is: 'cancelled', at: at(500), reason: 'data_erased' });
    assert.deepEqual(await loadedIds(store, endpointId), [ids[1]]);
    assert.equal((await store.finder.backlog()).pendingCount, 1);
  },

  'an attempt that was in flight moves its delivery and keeps no body': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await store.queue.erase(request(delivery.eventId));

    await recordMoved(store, attemptRecord(delivery, held));

    assert.equal((await readDelivery(store, delivery.id)).state.is, 'delivered');
    assert.deepEqual(await bodiesOf(store, delivery.eventId), ['']);
  },

  'nor does one that failed, or was cancelled before': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const change = { tenantId: acme, deliveryId: delivery.id, at: at(10), to: 'cancel' } as const;
    await store.queue.change([change]);
    await store.queue.erase(request(delivery.eventId));

    const answer = await recordOne(store, failedRecord(delivery, held, at(9_000)));

    assert.equal(answer.is, 'kept');
    assert.deepEqual(await bodiesOf(store, delivery.eventId), ['']);
  },

  'a dead letter of an erased event stays dead, and can only be cancelled': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));
    await store.queue.erase(request(delivery.eventId));
    const change = { tenantId: acme, deliveryId: delivery.id, at: at(900) };

    const [retried] = await store.queue.change([{ ...change, to: 'retry' }]);
    const { state } = await readDelivery(store, delivery.id);
    const [cancelled] = await store.queue.change([{ ...change, to: 'cancel' }]);

    assert.deepEqual(retried, { is: 'erased' });
    assert.equal(state.is, 'dead');
    assert.equal(cancelled?.is, 'changed');
  },

  'the target of its callback is gone': async ({ store }) => {
    const url = 'https://receiver.example/hook?token=t';
    const callback = { url, secrets: null, headers: [], retry: null, timeoutMs: null };
    const { planned, delivery } = await owe(store, { callback });
    assert.equal((await readDelivery(store, delivery.id)).callbackUrl, url);

    await store.queue.erase(request(planned.event.id));

    assert.equal((await readDelivery(store, delivery.id)).callbackUrl, undefined);
  },
};

const stepping: Laws = {
  'many deliveries end in steps that say when none is left': async ({ store }) => {
    const plans = Array.from({ length: 5 }, () => plannedDelivery());
    const planned = plannedEvent({ deliveries: plans });
    await acceptOne(store, planned);
    const step = request(planned.event.id, { limit: 2 });

    const answers = [
      await store.queue.erase(step),
      await store.queue.erase(step),
      await store.queue.erase(step),
    ];

    assert.deepEqual(
      answers.map((each) => each.is === 'erased' && [each.ended.length, each.isDone]),
      [
        [2, false],
        [2, false],
        [1, true],
      ],
    );
    assert.equal((await store.finder.backlog()).pendingCount, 0);
  },
};
