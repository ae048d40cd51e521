import assert from 'node:assert/strict';
import { acceptOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import {
  acme,
  at,
  catalogueWrite,
  endpointResource,
  globex,
  idempotencyRow,
  plannedEvent,
} from './sample.ts';

const hour = 3_600_000;

/** A kept answer stands in for a second effect, for as long as it lasts. */
export function idempotencyContract(open: OpenStore): void {
  registerLaws(open, accepting);
  registerLaws(open, changing);
  registerLaws(open, looking);
}

const accepting: Laws = {
  'a key used before with the same body is answered as before': async ({ store }) => {
    const row = idempotencyRow();
    await acceptOne(store, plannedEvent({ idempotency: row }));
    const second = plannedEvent({ idempotency: { ...row, body: Uint8Array.of(1) } });

    const [answer] = await store.queue.accept([second]);

    assert.deepEqual(answer, { is: 'repeated', row });
    assert.equal(await store.finder.event({ tenantId: acme, id: second.event.id }), null);
  },

  'a key used before with another body is refused': async ({ store }) => {
    const row = idempotencyRow();
    await acceptOne(store, plannedEvent({ idempotency: row }));
    const second = plannedEvent({ idempotency: { ...row, bodyDigest: 'f'.repeat(64) } });

    const [answer] = await store.queue.accept([second]);

    assert.deepEqual(answer, { is: 'idempotency_conflict' });
    assert.equal(await store.finder.event({ tenantId: acme, id: second.event.id }), null);
  },

  'a repeat of the same plan is accepted again, not answered from its own row': async ({
    store,
  }) => {
    const planned = plannedEvent({ idempotency: idempotencyRow() });
    const first = await acceptOne(store, planned);

    const again = await acceptOne(store, planned);

    assert.deepEqual(again, first);
  },

  'a kept answer comes before the duplicate that it answered': async ({ store }) => {
    const planned = plannedEvent({ isCallersId: true, idempotency: idempotencyRow() });
    await acceptOne(store, planned);
    const again = plannedEvent({ ...planned, planId: 'another plan' });

    const [answer] = await store.queue.accept([again]);

    assert.deepEqual(answer, { is: 'repeated', row: planned.idempotency });
  },

  'an ended row is as good as none': async ({ store }) => {
    const row = idempotencyRow({ expiresAt: at(hour) });
    await acceptOne(store, plannedEvent({ event: { acceptedAt: at(0) }, idempotency: row }));
    const next = idempotencyRow({ key: row.key, bodyDigest: 'e'.repeat(64) });
    const second = plannedEvent({ event: { acceptedAt: at(hour) }, idempotency: next });

    await acceptOne(store, second);

    const found = await store.finder.idempotency({ ...next, now: at(hour) });
    assert.deepEqual(found, next);
  },

  'tenant, method, path and key together name a row': async ({ store }) => {
    const row = idempotencyRow();
    await acceptOne(store, plannedEvent({ idempotency: row }));
    const others = [
      { ...row, tenantId: globex },
      { ...row, method: 'PUT' },
      { ...row, path: '/v1/events/batch' },
      { ...row, key: `${row.key} ` },
    ];

    const answers = await store.queue.accept(
      others.map((idempotency) =>
        plannedEvent({ event: { tenantId: idempotency.tenantId }, idempotency }),
      ),
    );

    assert.ok(answers.every(({ is }) => is === 'accepted'));
  },

  'a row is not kept for an event that was refused': async ({ store }) => {
    const row = idempotencyRow();
    const planned = plannedEvent({
      idempotency: row,
      writes: [{ kind: 'task', id: 't-1', expects: 3, value: null }],
    });

    const [answer] = await store.queue.accept([planned]);

    assert.equal(answer?.is, 'conflict');
    assert.equal(await store.finder.idempotency({ ...row, now: at(0) }), null);
  },
};

const changing: Laws = {
  'a change without writes keeps its answer alone and leaves plans good': async ({ store }) => {
    const row = idempotencyRow();
    const change = { tenantId: acme, writes: [], idempotency: row };
    const { version } = await store.catalogue.read({ since: 0 });

    const answers = [await store.catalogue.change(change), await store.catalogue.change(change)];

    assert.deepEqual(answers, [
      { is: 'changed', version, resources: [] },
      { is: 'repeated', row },
    ]);
    assert.equal((await store.catalogue.read({ since: 0 })).version, version);
  },

  'a change of the catalogue made twice has one effect': async ({ store }) => {
    const row = idempotencyRow({ path: '/v1/endpoints', status: 201 });
    const change = (idempotency: typeof row) =>
      store.catalogue.change({
        tenantId: acme,
        writes: [catalogueWrite(endpointResource())],
        idempotency,
      });

    const answers = [
      await change(row),
      await change(row),
      await change({ ...row, bodyDigest: '0'.repeat(64) }),
    ];

    assert.equal(answers[0]?.is, 'changed');
    assert.deepEqual(answers[1], { is: 'repeated', row });
    assert.deepEqual(answers[2], { is: 'idempotency_conflict' });
    assert.equal((await store.catalogue.read({ since: 0 })).resources.length, 1);
    assert.deepEqual(await store.finder.idempotency({ ...row, now: at(0) }), row);
  },

  'a change that was refused keeps no row': async ({ store }) => {
    const row = idempotencyRow();

    const answer = await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(endpointResource(), { expects: 1 })],
      idempotency: row,
    });

    assert.equal(answer.is, 'conflict');
    assert.equal(await store.finder.idempotency({ ...row, now: at(0) }), null);
  },
};

const looking: Laws = {
  'a row is found until it ends': async ({ store }) => {
    const row = idempotencyRow({ expiresAt: at(hour), body: Uint8Array.of(0, 0xff, 0x80) });
    await acceptOne(store, plannedEvent({ idempotency: row }));

    const before = await store.finder.idempotency({ ...row, now: at(hour - 1) });
    const after = await store.finder.idempotency({ ...row, now: at(hour) });

    assert.deepEqual(before, row);
    assert.equal(after, null);
  },

  'a row of another tenant is not found': async ({ store }) => {
    const row = idempotencyRow();
    await acceptOne(store, plannedEvent({ idempotency: row }));

    const found = await store.finder.idempotency({ ...row, tenantId: globex, now: at(0) });

    assert.equal(found, null);
  },
};
