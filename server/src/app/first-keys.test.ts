import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createIdMaker } from '../core/make-id.ts';
import { instant } from '../core/instant.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { openSqliteInline } from '../store/sqlite/sqlite-inline.ts';
import { makeFirstKeys } from './first-keys.ts';
import { systemChance } from './system-chance.ts';

const given = 'ph_given-0123456789-0123456789-abc';

/** A data directory and a store that several starts share. */
async function stage() {
  const dataDir = await mkdtemp(join(tmpdir(), 'posthorn-keys-'));
  const at = instant(1_750_000_000_000);
  const clock = { now: () => at, monotonicMs: () => at, wallSeconds: () => at / 1_000 };
  const chance = systemChance;
  const masterKey = chance.bytes(32);
  const store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();
  const ids = createIdMaker({ clock, chance });
  return {
    mirror,
    start: (adminKey: string | null = null) =>
      makeFirstKeys({ mirror, ids, clock, chance }, { dataDir, adminKey }),
    remove: async (hint: string) => {
      const found = mirror.list('key', null).find(({ value }) => value.hint === hint);
      assert.ok(found);
      const writes = [{ resource: found, expects: found.version, remove: true }];
      await mirror.change({ tenantId: null, writes, idempotency: null });
    },
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}

const hintsOf = (mirror: CatalogueMirror) =>
  mirror.list('key', null).map(({ value }) => value.hint);

test('each start finds the same key', async () => {
  await using at = await stage();

  const [first, second] = [await at.start(), await at.start()];

  assert.equal(second.text, first.text);
  assert.deepEqual([first.isNew, second.isNew], [true, false]);
  assert.deepEqual(hintsOf(at.mirror), [first.text.slice(-4)]);
});

test('a first key that another operator ended does not come back at the next start', async () => {
  await using at = await stage();
  const { text } = await at.start();
  await at.start(given);
  await at.remove(text.slice(-4));

  await at.start();

  assert.deepEqual(hintsOf(at.mirror), [given.slice(-4)]);
});

test('without any operator key the next start makes the known one again', async () => {
  await using at = await stage();
  const { text } = await at.start();
  await at.remove(text.slice(-4));

  await at.start();

  assert.deepEqual(hintsOf(at.mirror), [text.slice(-4)]);
});

test('a key that is given at the start works, whatever was ended', async () => {
  await using at = await stage();
  await at.start();
  await at.start(given);
  await at.remove(given.slice(-4));

  await at.start(given);

  assert.ok(hintsOf(at.mirror).includes(given.slice(-4)));
});
