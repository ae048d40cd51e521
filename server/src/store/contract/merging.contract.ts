import assert from 'node:assert/strict';
import { limits } from '../../core/limits.ts';
import { acceptOne, holdAll, loadedIds, readDelivery, readPending } from './arrange.ts';
import { recordMoved, recordOne } from './arrange.ts';
import { change, report } from './arrange-coalescing.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Changes that come within a window are told of by one delivery, the one of the last of them. */
export function mergingContract(open: OpenStore): void {
  registerLaws(open, windows);
  registerLaws(open, borders);
  registerLaws(open, ends);
}

const orderKey = 'contact\u0000c-1';

const windows: Laws = {
  'a change opens a window and is due at its end': async ({ store }) => {
    const { id, answer } = await report(store, sampleId('endpoint'), change(7));

    const placed = { index: 0, dueAt: at(1_000), merged: { from: 7, to: 7 }, supersededCount: 0 };
    assert.deepEqual(answer.placed, [placed]);
    const { dueAt, firstDueAt, merged } = await readPending(store, id);
    assert.deepEqual({ dueAt, firstDueAt }, { dueAt: at(1_000), firstDueAt: at(1_000) });
    assert.deepEqual(merged, { from: 7, to: 7 });
  },

  'a later change takes over what an open window has gathered': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, change(1), { orderKey });
    const second = await report(store, endpointId, change(2), { orderKey, acceptedAt: at(400) });

    const third = await report(store, endpointId, change(3), { orderKey, acceptedAt: at(900) });

    assert.deepEqual(third.answer.placed, [
      { index: 0, dueAt: at(1_900), merged: { from: 1, to: 3 }, supersededCount: 2 },
    ]);
    assert.deepEqual(third.answer.superseded, [{ deliveryId: second.id, endpointId }]);
    const left = await readDelivery(store, second.id);
    assert.deepEqual(left.merged, { from: 1, to: 2 });
    assert.deepEqual(left.state, { is: 'superseded', at: at(900), by: third.id });
    assert.deepEqual(await loadedIds(store, endpointId), [third.id]);
  },

  'a window ends at last, however many changes come': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const dues: (number | undefined)[] = [];
    for (const [index, ms] of [0, 800, 1_600, 2_400, 2_900].entries()) {
      const { answer } = await report(store, endpointId, change(index + 1), {
        acceptedAt: at(ms),
      });
      dues.push(answer.placed?.[0]?.dueAt);
    }

    assert.deepEqual(dues, [at(1_000), at(1_800), at(2_600), at(3_000), at(3_000)]);
  },

  'windows differ by group and endpoint': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, change(1));

    const others = [
      await report(store, endpointId, change(2, { group: 'deal' })),
      await report(store, sampleId('endpoint'), change(2)),
    ];

    for (const { answer } of others) {
      assert.deepEqual(answer.placed?.[0]?.merged, { from: 2, to: 2 });
    }
  },

  'a change of an earlier version that is not for the endpoint is told of too': async ({
    store,
  }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, change(1));

    const { answer } = await report(store, endpointId, change(4), { acceptedAt: at(10) });

    assert.deepEqual(answer.placed?.[0]?.merged, { from: 1, to: 4 });
  },

  'a window gathers at most so many versions': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, change(1), { orderKey });
    const last = limits.mergedVersions;
    await report(store, endpointId, change(last), { orderKey, acceptedAt: at(1) });
    const full = await report(store, endpointId, change(last + 1), {
      orderKey,
      acceptedAt: at(2),
    });

    const { answer } = await report(store, endpointId, change(last + 2), {
      orderKey,
      acceptedAt: at(3),
    });

    assert.deepEqual(full.answer.placed?.[0]?.merged, { from: last + 1, to: last + 1 });
    assert.deepEqual(answer.placed?.[0]?.merged, { from: last + 1, to: last + 2 });
  },
};

const borders: Laws = {
  'a window that is due gathers no more': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const first = await report(store, endpointId, change(1), { orderKey });

    const { id, answer } = await report(store, endpointId, change(2), {
      orderKey,
      acceptedAt: at(1_000),
    });

    assert.deepEqual(answer.placed?.[0]?.merged, { from: 2, to: 2 });
    assert.deepEqual(answer.followers, [0]);
    assert.equal((await readDelivery(store, first.id)).state.is, 'pending');
    const third = await report(store, endpointId, change(3), { orderKey, acceptedAt: at(1_100) });
    assert.deepEqual(third.answer.superseded, [{ deliveryId: id, endpointId }]);
    assert.deepEqual(third.answer.placed?.[0]?.merged, { from: 2, to: 3 });
    assert.deepEqual(third.answer.followers, [0]);
  },

  'a window that was tried gathers no more, also while it waits': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const first = await report(store, endpointId, change(1));
    const held = (await holdAll(store))(endpointId);
    await recordMoved(store, failedRecord(await readPending(store, first.id), held, at(9_000)));

    const { answer } = await report(store, endpointId, change(2), { acceptedAt: at(1_500) });

    assert.equal(answer.superseded, undefined);
    assert.deepEqual(answer.placed?.[0]?.merged, { from: 2, to: 2 });
  },

  'a window that a person wants sent at once gathers no more': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const { id: deliveryId } = await report(store, endpointId, change(1));
    await store.queue.change([{ tenantId: acme, deliveryId, at: at(700), to: 'retry' }]);

    const { answer } = await report(store, endpointId, change(2), { acceptedAt: at(600) });

    assert.equal(answer.superseded, undefined);
  },

  'a window that died and is retried gathers no more': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const first = await report(store, endpointId, change(1));
    const held = (await holdAll(store))(endpointId);
    await recordMoved(store, deadRecord(await readPending(store, first.id), held));
    const retry = { tenantId: acme, deliveryId: first.id, at: at(9_000), to: 'retry' } as const;
    await store.queue.change([retry]);

    const { answer } = await report(store, endpointId, change(2), { acceptedAt: at(100) });

    assert.equal(answer.superseded, undefined);
    assert.deepEqual((await readDelivery(store, first.id)).merged, { from: 1, to: 1 });
  },

  'a window that was cancelled is over': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const { id: deliveryId } = await report(store, endpointId, change(1));
    await store.queue.change([{ tenantId: acme, deliveryId, at: at(10), to: 'cancel' }]);

    const { answer } = await report(store, endpointId, change(2), { acceptedAt: at(20) });

    assert.deepEqual(answer.placed?.[0]?.merged, { from: 2, to: 2 });
  },
};

const ends: Laws = {
  'one with nothing to tell is cancelled without an attempt, and its key is free': async ({
    store,
  }) => {
    const endpointId = sampleId('endpoint');
    const first = await report(store, endpointId, change(1), { orderKey });
    const next = await report(store, endpointId, change(2), { orderKey, acceptedAt: at(1_000) });
    const held = (await holdAll(store))(endpointId);
    const record = attemptRecord(await readPending(store, first.id), held, {
      attempt: null,
      at: at(1_010),
      next: { is: 'cancelled', reason: 'no_change' },
    });

    const answer = await recordOne(store, record);

    assert.deepEqual(answer, { is: 'moved', promoted: await readPending(store, next.id) });
    const { state, attemptCount } = await readDelivery(store, first.id);
    assert.deepEqual(state, { is: 'cancelled', at: at(1_010), reason: 'no_change' });
    assert.equal(attemptCount, 0);
    assert.equal((await store.finder.backlog()).pendingCount, 1);
    assert.deepEqual(await recordOne(store, record), answer);
  },

  'what it merges is there after a restart': async (under) => {
    const endpointId = sampleId('endpoint');
    await report(under.store, endpointId, change(1));
    await report(under.store, endpointId, change(2), { acceptedAt: at(500) });

    const store = await under.reopen();
    const { answer } = await report(store, endpointId, change(3), { acceptedAt: at(2_900) });
    const other = await report(store, endpointId, change(4), { acceptedAt: at(2_950) });

    assert.deepEqual(answer.placed?.[0]?.merged, { from: 3, to: 3 });
    assert.deepEqual(other.answer.placed?.[0]?.merged, { from: 3, to: 4 });
  },

  'a repeated accept is answered as the first was': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    await report(store, endpointId, change(1), { orderKey });
    const parts = { orderKey, acceptedAt: at(100) };
    const { answer, plan } = await report(store, endpointId, change(2), parts);

    const again = await acceptOne(store, plan);

    assert.deepEqual(again, answer);
  },
};
