import assert from 'node:assert/strict';
import { limits } from '../../core/limits.ts';
import type { Resource, StoredResource } from '../catalogue.ts';
import type { Store } from '../store.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, catalogueWrite, endpointResource, globex, keyResource } from './sample.ts';
import { subscriptionResource, tenantResource } from './sample.ts';

/** One version rises with each change, and whoever reads on from a version misses none. */
export function catalogueContract(open: OpenStore): void {
  registerLaws(open, changing);
  registerLaws(open, reading);
}

const changing: Laws = {
  'each kind of resource comes back as it was written, secrets included': async ({ store }) => {
    const resources: Resource[] = [
      tenantResource({ name: 'Ünï & sons' }),
      endpointResource({
        secrets: [
          { text: 'whsec_bmV3', createdAt: at(5), endsAt: null },
          { text: 'the caller’s own text', createdAt: at(0), endsAt: at(86_400_000) },
        ],
        headers: [['authorization', 'Bearer t0p-sécret']],
        retry: {
          kind: 'exponential',
          initialMs: 1,
          factor: 1.5,
          maxDelayMs: 9,
          maxAttempts: 2,
          jitter: 0,
        },
        ratePerSecond: 0.5,
        metadata: { team: ['a', null] },
        isHidden: true,
        onDead: 'hold',
      }),
      endpointResource({ secrets: [], headers: [], scheme: 'none', status: { is: 'paused' } }),
      subscriptionResource({ filter: 'data.a > 1', entity: { type: 'contact', id: null } }),
      keyResource({ expiresAt: at(99) }),
      keyResource({ tenantId: null, scopes: ['admin'] }),
    ];

    const answer = await make(store, resources);

    const { version, resources: stored } = answer;
    assert.deepEqual(stored.map(plain), resources);
    for (const each of stored) {
      const { version: ofEach, catalogueVersion, isRemoved } = each;
      assert.deepEqual([ofEach, catalogueVersion, isRemoved], [1, version, false]);
    }
    assert.deepEqual(await store.catalogue.read({ since: 0 }), answer);
  },

  'a change from the expected version raises it by one and keeps its position': async ({
    store,
  }) => {
    const endpoint = endpointResource();
    const made = await make(store, [endpoint]);
    const moved = endpointResource({ ...endpoint.value, url: 'https://other.example/' });

    const answer = await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(moved, { expects: 1 })],
      idempotency: null,
    });

    assert.ok(answer.is === 'changed');
    assert.ok(answer.version > made.version);
    const [stored] = answer.resources;
    assert.ok(stored);
    assert.deepEqual(plain(stored), moved);
    assert.equal(stored.version, 2);
    assert.equal(stored.catalogueVersion, answer.version);
    assert.equal(stored.position, made.resources[0]?.position);
  },

  'a change from another version than expected is refused': async ({ store }) => {
    const endpoint = endpointResource();
    const { version } = await make(store, [endpoint]);
    const rows: [because: string, expects: number | null, of: Resource, found: number | null][] = [
      ['it must not exist, but does', null, endpoint, 1],
      ['it has not come so far', 2, endpoint, 1],
      ['it does not exist', 1, endpointResource(), null],
    ];

    for (const [because, expects, resource, found] of rows) {
      const answer = await store.catalogue.change({
        tenantId: acme,
        writes: [catalogueWrite(resource, { expects })],
        idempotency: null,
      });

      assert.deepEqual(answer, { is: 'conflict', index: 0, version: found }, because);
    }
    assert.equal((await store.catalogue.read({ since: 0 })).version, version);
  },

  'all writes of a change are made or none': async ({ store }) => {
    const [taken, fresh] = [endpointResource(), endpointResource()];
    const before = await make(store, [taken]);

    const answer = await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(fresh), catalogueWrite(taken), catalogueWrite(taken, { expects: 7 })],
      idempotency: null,
    });

    assert.deepEqual(answer, { is: 'conflict', index: 1, version: 1 });
    assert.deepEqual(await store.catalogue.read({ since: 0 }), before);
  },

  'of two changes from one version one wins': async ({ store }) => {
    const endpoint = endpointResource();
    await make(store, [endpoint]);
    const change = (url: string) =>
      store.catalogue.change({
        tenantId: acme,
        writes: [catalogueWrite(endpointResource({ ...endpoint.value, url }), { expects: 1 })],
        idempotency: null,
      });

    const answers = await Promise.all([change('https://a.example/'), change('https://b.example/')]);

    const kinds = answers.map(({ is }) => is).toSorted();
    assert.deepEqual(kinds, ['changed', 'conflict']);
  },

  'a removed resource is a mark for readers and nothing else': async ({ store }) => {
    const [gone, stays] = [endpointResource(), endpointResource()];
    const made = await make(store, [gone, stays]);

    const answer = await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(gone, { expects: 1, remove: true })],
      idempotency: null,
    });

    assert.ok(answer.is === 'changed');
    const since = await store.catalogue.read({ since: made.version });
    assert.deepEqual(since, { version: answer.version, resources: answer.resources });
    const [mark] = since.resources;
    assert.ok(mark);
    assert.deepEqual([mark.value.id, mark.isRemoved, mark.version], [gone.value.id, true, 2]);
    const all = await store.catalogue.read({ since: 0 });
    assert.deepEqual(
      all.resources.map(({ value }) => value.id),
      [stays.value.id],
    );
  },
};

const reading: Laws = {
  'an empty catalogue has a version to begin at': async ({ store }) => {
    const { version, resources } = await store.catalogue.read({ since: 0 });

    assert.deepEqual([version, resources], [0, []]);
  },

  'reading on tells each changed resource once, as it is now': async ({ store }) => {
    const [a, b, c] = [endpointResource(), endpointResource(), endpointResource()];
    const { version } = await make(store, [a]);
    await make(store, [b]);
    await make(store, [c]);
    const again = endpointResource({ ...b.value, description: 'newest' });
    await store.catalogue.change({
      tenantId: acme,
      writes: [catalogueWrite(again, { expects: 1 })],
      idempotency: null,
    });

    const since = await store.catalogue.read({ since: version });

    assert.deepEqual(since.resources.map(plain), [c, again]);
    const last = since.resources.at(-1);
    assert.equal(last?.catalogueVersion, since.version);
    const level = await store.catalogue.read({ since: since.version });
    assert.deepEqual(level, { version: since.version, resources: [] });
  },

  'more than one page is read on to its end, whatever changes meanwhile': async ({ store }) => {
    const count = limits.catalogueRows + 10;
    const many = Array.from({ length: count }, () => endpointResource());
    const { version } = await make(store, many);
    const [first] = many;
    assert.ok(first);

    const begun = await store.catalogue.read({ since: 0 });
    await make(store, [endpointResource()]);
    const gone = catalogueWrite(first, { expects: 1, remove: true });
    await store.catalogue.change({ tenantId: acme, writes: [gone], idempotency: null });
    assert.ok(begun.next);
    const rest = await store.catalogue.read({ since: 0, after: begun.next });

    assert.equal(begun.resources.length, limits.catalogueRows);
    assert.equal(begun.version, version);
    assert.deepEqual([...begun.resources, ...rest.resources].slice(0, count).map(plain), many);
    assert.equal(rest.next, undefined);
    const since = await store.catalogue.read({ since: version });
    assert.deepEqual(
      since.resources.map(({ isRemoved }) => isRemoved),
      [false, true],
    );
  },

  'the catalogue is read across tenants': async ({ store }) => {
    const theirs = endpointResource({ tenantId: globex });
    await make(store, [endpointResource()]);
    await make(store, [theirs], globex);

    const { resources } = await store.catalogue.read({ since: 0 });

    assert.deepEqual(
      resources.map(({ value }) => ('tenantId' in value ? value.tenantId : null)),
      [acme, globex],
    );
  },

  'every change raises the version, whichever tenant made it': async ({ store }) => {
    const versions = [0];

    for (const tenantId of [acme, globex, acme]) {
      versions.push((await make(store, [endpointResource({ tenantId })], tenantId)).version);
    }

    const rising = [...new Set(versions)].toSorted((a, b) => a - b);
    assert.deepEqual(versions, rising);
  },
};

async function make(store: Store, resources: readonly Resource[], tenantId = acme) {
  const answer = await store.catalogue.change({
    tenantId,
    writes: resources.map((resource) => catalogueWrite(resource)),
    idempotency: null,
  });
  assert.ok(answer.is === 'changed', `expected changed, was ${answer.is}`);
  return { version: answer.version, resources: answer.resources };
}

function plain({ kind, value }: StoredResource) {
  return { kind, value };
}
