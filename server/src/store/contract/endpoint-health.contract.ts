import assert from 'node:assert/strict';
import type { Endpoint } from '../../core/endpoint.ts';
import type { StoredResource } from '../catalogue.ts';
import type { Store } from '../store.ts';
import { owe, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, catalogueWrite, deadRecord } from './sample.ts';
import { endpointResource, failedRecord, sampleHealth } from './sample.ts';

/** What an attempt says about its endpoint is written with the attempt. */
export function endpointHealthContract(open: OpenStore): void {
  registerLaws(open, health);
  registerLaws(open, disabling);
}

const health: Laws = {
  'the row of an endpoint is written with the attempt that changed it': async ({ store }) => {
    const { delivery, held } = await owe(store);
    const row = sampleHealth(delivery, {
      breaker: { is: 'open', since: at(20), probeAt: at(60_020), openMs: 60_000 },
      failingSince: at(3),
      failedCount: 5,
      lastSuccessAt: at(1),
    });

    await recordMoved(store, { ...failedRecord(delivery, held, at(900)), health: row });

    assert.deepEqual(await store.catalogue.health(), [row]);
  },

  'one row an endpoint, the newest': async ({ store }) => {
    const [first, second] = [await owe(store), await owe(store)];
    const rowOf = (owed: typeof first, failedCount: number) =>
      sampleHealth(owed.delivery, { failedCount });
    const after = { ...first.delivery, attemptCount: 1 };

    await store.queue.record([
      { ...failedRecord(first.delivery, first.held, at(9)), health: rowOf(first, 1) },
      { ...failedRecord(second.delivery, second.held, at(9)), health: rowOf(second, 1) },
      { ...failedRecord(after, first.held, at(10)), health: rowOf(first, 2) },
    ]);

    const rows = await store.catalogue.health();
    const counts = new Map(rows.map((row) => [row.endpointId, row.failedCount]));
    assert.equal(rows.length, 2);
    assert.equal(counts.get(first.delivery.endpointId), 2);
    assert.equal(counts.get(second.delivery.endpointId), 1);
  },

  'a record that changes nothing about its endpoint writes no row': async ({ store }) => {
    const { delivery, held } = await owe(store);

    await recordMoved(store, attemptRecord(delivery, held));

    assert.deepEqual(await store.catalogue.health(), []);
  },
};

const disabling: Laws = {
  'an attempt may disable its endpoint, and the catalogue goes on by it': async ({ store }) => {
    const made = await makeEndpoint(store, {});
    const { delivery, held } = await owe(store, { endpointId: made.value.id });
    const before = await store.catalogue.read({ since: 0 });

    await recordMoved(store, { ...deadRecord(delivery, held), at: at(8), disables: 'gone' });

    const { version, resources } = await store.catalogue.read({ since: before.version });
    const [endpoint] = resources;
    assert.equal(resources.length, 1);
    assert.ok(version > before.version);
    assert.ok(endpoint?.kind === 'endpoint');
    assert.deepEqual(endpoint.value.status, { is: 'disabled', reason: 'gone', at: at(8) });
    assert.equal(endpoint.version, made.version + 1);
    assert.equal(endpoint.catalogueVersion, version);
    assert.equal(endpoint.position, made.position);
    assert.deepEqual(endpoint.value.secrets, made.value.secrets);
  },

  'an endpoint that is disabled or deleted already stays as it is': async ({ store }) => {
    const rows: [because: string, status: Endpoint['status']][] = [
      ['the first reason stands', { is: 'disabled', reason: 'asked', at: at(1) }],
      ['deleted is for good', { is: 'deleted', at: at(1) }],
    ];

    for (const [because, status] of rows) {
      const made = await makeEndpoint(store, { status });
      const { delivery, held } = await owe(store, { endpointId: made.value.id });

      await recordMoved(store, { ...deadRecord(delivery, held), disables: 'failing' });

      const { resources } = await store.catalogue.read({ since: made.catalogueVersion });
      assert.deepEqual(resources, [], because);
    }
  },
};

async function makeEndpoint(
  store: Store,
  parts: Partial<Endpoint>,
): Promise<StoredResource & { kind: 'endpoint' }> {
  const answer = await store.catalogue.change({
    tenantId: acme,
    writes: [catalogueWrite(endpointResource(parts))],
    idempotency: null,
  });
  assert.ok(answer.is === 'changed');
  const [made] = answer.resources;
  assert.ok(made?.kind === 'endpoint');
  return made;
}
