import assert from 'node:assert/strict';
import type { PendingDelivery } from '../../core/delivery.ts';
import type { DeliveryReport } from '../queue.ts';
import { loadedIds, owe, oweInOrder, readDelivery, readPending, recordMoved } from './arrange.ts';
import { recordOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, globex } from './sample.ts';

/** A delivery that its receiver has accepted is moved by what the receiver reports. */
export function reportingContract(open: OpenStore): void {
  registerLaws(open, laws);
}

function reportOn(
  { id }: Pick<PendingDelivery, 'id'>,
  parts: Partial<DeliveryReport> = {},
): DeliveryReport {
  return {
    ...{ tenantId: acme, deliveryId: id, at: at(500), to: 'report', attemptCount: 1 },
    ...{ failingSince: null, next: { is: 'delivered' } },
    report: { kind: 'ack', number: 1, note: null },
    ...parts,
  };
}

/** What an answer of 202 leads to. */
const accepted = { next: { is: 'pending', dueAt: at(60_000), budgetFrom: 0 } } as const;

const laws: Laws = {
  'an accepted delivery waits for its report and is due when that is late': async ({ store }) => {
    const { delivery, held } = await owe(store);

    await recordMoved(store, attemptRecord(delivery, held, accepted));

    const waiting = await readPending(store, delivery.id);
    assert.deepEqual([waiting.dueAt, waiting.attemptCount], [at(60_000), 1]);
    assert.deepEqual([waiting.budgetFrom, waiting.failingSince], [0, null]);
    assert.deepEqual(await loadedIds(store, delivery.endpointId), [delivery.id]);
  },

  'a report ends it, lets the next of its key go, and is kept': async ({ store }) => {
    const { head, ids, held } = await oweInOrder(store, 2);
    await recordMoved(store, attemptRecord(head, held, accepted));
    const report = { kind: 'ack', number: 1, note: 'done – é' } as const;

    const [answer] = await store.queue.change([reportOn(head, { report })]);

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.delivery, null);
    assert.equal(answer.promoted?.id, ids[1]);
    assert.deepEqual((await readDelivery(store, head.id)).state, { is: 'delivered', at: at(500) });
    const query = { tenantId: acme, deliveryId: head.id, limit: 10 };
    assert.deepEqual(await store.finder.reports(query), [{ ...report, at: at(500) }]);
    assert.deepEqual(await store.finder.reports({ ...query, tenantId: globex }), []);
  },

  'a report that gives more time moves the deadline and keeps the place': async ({ store }) => {
    const { head, ids, endpointId, held } = await oweInOrder(store, 2);
    await recordMoved(store, attemptRecord(head, held, accepted));
    const next = { is: 'pending', dueAt: at(90_000), budgetFrom: 0 } as const;
    const report = { kind: 'progress', number: 1, note: null } as const;

    const [answer] = await store.queue.change([reportOn(head, { next, report })]);

    assert.ok(answer?.is === 'changed');
    assert.equal(answer.delivery?.dueAt, at(90_000));
    assert.equal(answer.promoted, null);
    assert.deepEqual(await loadedIds(store, endpointId), [ids[0]]);
  },

  'a final failure makes it a dead letter': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held, accepted));
    const next = { is: 'dead', reason: 'receiver_failed', holdsKey: false } as const;

    await store.queue.change([reportOn(delivery, { next, failingSince: at(500) })]);

    const { state } = await readDelivery(store, delivery.id);
    assert.deepEqual(state, { is: 'dead', at: at(500), reason: 'receiver_failed' });
  },

  'a report changes nothing where it finds another attempt, or an end': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held, accepted));

    const early = await store.queue.change([reportOn(delivery, { attemptCount: 0 })]);
    const [done] = await store.queue.change([reportOn(delivery)]);
    const late = await store.queue.change([reportOn(delivery, { at: at(900) })]);
    const foreign = await store.queue.change([reportOn(delivery, { tenantId: globex })]);

    assert.deepEqual(early, [{ is: 'overtaken' }]);
    assert.equal(done?.is, 'changed');
    assert.deepEqual(late, [{ is: 'refused', state: { is: 'delivered', at: at(500) } }]);
    assert.deepEqual(foreign, [{ is: 'unknown' }]);
    const query = { tenantId: acme, deliveryId: delivery.id, limit: 10 };
    assert.equal((await store.finder.reports(query)).length, 1);
  },

  'what a receiver said is erased with the data of its event': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held, accepted));
    const report = { kind: 'ack', number: 1, note: 'a planted word' } as const;
    await store.queue.change([reportOn(delivery, { report })]);

    const request = { tenantId: acme, eventId: delivery.eventId, at: at(900), limit: 10 };
    await store.queue.erase(request);

    const query = { tenantId: acme, deliveryId: delivery.id, limit: 10 };
    assert.deepEqual(await store.finder.reports(query), [
      { kind: 'ack', number: 1, note: null, at: at(500) },
    ]);
  },

  'an attempt that ends after the report is kept and moves nothing': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await store.queue.change([reportOn(delivery, { attemptCount: 0 })]);

    const answer = await recordOne(store, attemptRecord(delivery, held, accepted));

    assert.deepEqual(answer, { is: 'kept', state: { is: 'delivered', at: at(500) } });
  },
};
