import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../core/app-error.ts';
import { acme, at } from '../store/contract/sample.ts';
import { Bundles } from './bundles.ts';
import type { BundleAsk, BundlePut } from './bundles.ts';
import { OpenedDoor } from './contract/opened-door.ts';

const ref = { tenantId: acme, id: 'bun_1' };
const ask: BundleAsk = {
  expects: () => undefined,
  chain: { correlationId: null, causationId: null, trace: null },
};

function putOf(content: unknown): BundlePut {
  const texts = { conversationId: 'c', source: null, summary: '', participants: [] };
  return { ...texts, content: Buffer.from(JSON.stringify(content)) };
}

/** A node of its own over the store of a door. */
function nodeOf({ ingest, store }: OpenedDoor): Bundles {
  const clock = { now: () => at(0), monotonicMs: () => 0, wallSeconds: () => 0 };
  return new Bundles({
    ingest,
    clock,
    finder: store.finder,
    publicUrl: 'https://hooks.example.com',
  });
}

async function versionsOf({ store }: OpenedDoor): Promise<number[]> {
  const asked = { ...ref, kind: 'bundle', after: 0, upTo: null, limit: 500 } as const;
  return (await store.finder.guardedHistory(asked)).map(({ version }) => version);
}

test('changes that are asked for at once become versions without a gap', async () => {
  await using door = await OpenedDoor.open();
  const bundles = nodeOf(door);

  const done = await Promise.all(
    Array.from({ length: 20 }, (_, n) => bundles.put(ref, putOf({ n }), ask)),
  );

  const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
  assert.deepEqual(
    done.map((each) => (each.is === 'kept' ? null : each.named.version)),
    numbers,
  );
  assert.deepEqual(await versionsOf(door), numbers);
});

test('what two nodes change at once is decided anew by the one that was late', async () => {
  await using door = await OpenedDoor.open();
  const [left, right] = [nodeOf(door), nodeOf(door)];
  await left.put(ref, putOf({ n: 0 }), ask);

  const done = await Promise.all([
    left.put(ref, putOf({ n: 1 }), ask),
    right.put(ref, putOf({ n: 2 }), ask),
  ]);

  assert.ok(done.every(({ is }) => is === 'changed'));
  assert.deepEqual(await versionsOf(door), [1, 2, 3]);
});

test('the late one of two nodes is refused when it expects the version before', async () => {
  await using door = await OpenedDoor.open();
  const [left, right] = [nodeOf(door), nodeOf(door)];
  await left.put(ref, putOf({ n: 0 }), ask);
  const first: BundleAsk = {
    ...ask,
    expects: (version) => {
      if (version !== 1) throw new AppError('version_mismatch');
    },
  };

  const settled = await Promise.allSettled([
    left.put(ref, putOf({ n: 1 }), first),
    right.put(ref, putOf({ n: 2 }), first),
  ]);

  assert.deepEqual(settled.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  assert.deepEqual(await versionsOf(door), [1, 2]);
});

test('content that stays is not written again', async () => {
  await using door = await OpenedDoor.open();
  const bundles = nodeOf(door);
  await bundles.put(ref, putOf({ n: 0 }), ask);

  await bundles.put(ref, { ...putOf({ n: 0 }), summary: 'more' }, ask);
  await bundles.finalize(ref, ask);

  const found = await door.store.finder.guardedContent({ ...ref, kind: 'bundle' });
  assert.equal(found?.version, 1);
  assert.deepEqual(await versionsOf(door), [1, 2, 3]);
});

test('each event names the bundle, its source and where the document is', async () => {
  await using door = await OpenedDoor.open();

  await nodeOf(door).put(ref, { ...putOf(1), source: 'slack' }, ask);

  const [told] = door.told;
  const { type, key, entity, source, data } = told?.event ?? assert.fail();
  assert.deepEqual(
    { type, key, entity, source },
    {
      type: 'bundle.created',
      key: 'bun_1',
      entity: { type: 'bundle', id: 'bun_1' },
      source: 'slack',
    },
  );
  const { url } = JSON.parse(Buffer.from(data).toString()) as { url: string };
  assert.equal(url, 'https://hooks.example.com/v1/bundles/bun_1');
});
