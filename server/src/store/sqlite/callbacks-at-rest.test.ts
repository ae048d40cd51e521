import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallbackTarget } from '../../core/callback.ts';
import { loadAll, owe, recordMoved } from '../contract/arrange.ts';
import { acme, at, attemptRecord, catalogueWrite, tenantResource } from '../contract/sample.ts';
import type { Store } from '../store.ts';
import type { WriteContext } from './engine/context.ts';
import { SealBrokenError } from './engine/sealer.ts';
import { openSqliteInline } from './sqlite-inline.ts';

const secret = { text: 'whsec_cGxhbnRlZA==', createdAt: at(0), endsAt: null };

function targetTo(url: string): CallbackTarget {
  return { url, secrets: [secret], headers: [['x-a', 'planted']], retry: null, timeoutMs: null };
}

function open(): { store: Store; context: WriteContext } {
  const contexts: WriteContext[] = [];
  let count = 0;
  const store = openSqliteInline({
    path: ':memory:',
    masterKey: Buffer.alloc(32, 1),
    clock: { now: () => at(0), monotonicMs: () => 0 },
    chance: { bytes: (length) => Buffer.alloc(length, (count += 1)) },
    onOpened: (context) => contexts.push(context),
  });
  return { store, context: contexts[0] ?? assert.fail() };
}

test('of a target nothing can be read in its row', async () => {
  const { store, context } = open();
  await owe(store, { callback: targetTo('https://planted.example/') });

  const rows = context.db.all<{ target: Uint8Array }>('SELECT target FROM callbacks');

  assert.equal(rows.length, 1);
  assert.doesNotMatch(Buffer.from(rows[0]?.target ?? []).toString('latin1'), /planted|whsec/);
  await store[Symbol.asyncDispose]();
});

test('a target that was moved to another delivery is not opened', async () => {
  const { store, context } = open();
  const mine = await owe(store, { callback: targetTo('https://a.example/') });
  const theirs = await owe(store, { callback: targetTo('https://b.example/') });
  context.db.run(
    'UPDATE callbacks SET target = (SELECT target FROM callbacks WHERE delivery = ?)',
    theirs.delivery.position,
  );

  const [own] = await loadAll(store, theirs.delivery.endpointId);

  assert.equal(own?.callback?.url, 'https://b.example/');
  await assert.rejects(loadAll(store, mine.delivery.endpointId), SealBrokenError);
  await store[Symbol.asyncDispose]();
});

test('with its delivery the row of a target goes', async () => {
  const { store, context } = open();
  const old = await owe(store, { callback: targetTo('https://a.example/') });
  await recordMoved(store, attemptRecord(old.delivery, old.held));
  const { delivery } = await owe(store, { callback: targetTo('https://b.example/') });

  await store.prune({ before: at(86_400_000), limit: 1_000 });

  const rows = context.db.all<{ delivery: number }>('SELECT delivery FROM callbacks');
  assert.deepEqual(
    rows.map((row) => row.delivery),
    [delivery.position],
  );
  await store[Symbol.asyncDispose]();
});

test('of a tenant the callback secret alone is encrypted', async () => {
  const { store, context } = open();
  const tenant = tenantResource({ callbackSecret: secret });
  const writes = [catalogueWrite(tenant)];
  await store.catalogue.change({ tenantId: acme, writes, idempotency: null });

  const rows = context.db.all<{ open: string; sealed: Uint8Array }>(
    'SELECT open, sealed FROM resources',
  );

  const { callbackSecret: _, ...rest } = tenant.value;
  assert.deepEqual(JSON.parse(rows[0]?.open ?? ''), rest);
  assert.equal(Buffer.from(rows[0]?.sealed ?? []).includes(secret.text), false);
  await store[Symbol.asyncDispose]();
});
