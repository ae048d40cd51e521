import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import { loadAll, owe } from '../contract/arrange.ts';
import { acme, attemptRecord, bytes, catalogueWrite } from '../contract/sample.ts';
import { endpointResource, plannedDelivery, plannedEvent } from '../contract/sample.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { SqliteOptions } from './sqlite-store.ts';
import { walBytes } from './wal-bytes.ts';

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

async function open(options: Partial<SqliteOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-threads-'));
  folders.push(dataDir);
  const failures: Error[] = [];
  const store = await openSqliteStore({
    dataDir,
    masterKey: Buffer.alloc(32, 9),
    atTurnEnd: setImmediate,
    onFailed: (cause) => failures.push(cause),
    ...options,
  });
  return { store, dataDir, failures };
}

test('every call gets its own answer, however they mix and whatever their size', async () => {
  const { store } = await open();
  await using _ = store;
  const planned = Array.from({ length: 500 }, (_, count) =>
    plannedEvent({ event: { data: bytes(String(count).repeat(count)) } }),
  );

  const accepted = await Promise.all(
    planned.map(async (each) => {
      const [answer] = await store.queue.accept([each]);
      assert.ok(answer?.is === 'accepted');
      const query = { tenantId: acme, positions: [answer.position] };
      const [read] = await store.queue.readEvents(query);
      const found = await store.finder.event({ tenantId: acme, id: each.event.id });
      return [each, read, found] as const;
    }),
  );

  for (const [{ event }, read, found] of accepted) {
    assert.equal(read?.id, event.id);
    assert.deepEqual(read?.data, event.data);
    assert.deepEqual(found?.data, event.data);
  }
  await store[Symbol.asyncDispose]();
});

test('past the bytes that may wait uncommitted events are refused, records are not', async () => {
  const { store } = await open();
  await using _ = store;
  const { delivery, held } = await owe(store);
  const megabyte = () => plannedEvent({ event: { data: new Uint8Array(1_048_576) } });
  const count = limits.uncommittedBytes / 1_048_576;

  const accepts = Array.from({ length: count + 8 }, () =>
    store.queue.accept([megabyte()]).then(
      ([answer]) => answer?.is,
      (cause: unknown) => (cause instanceof AppError ? cause.code : cause),
    ),
  );
  const record = store.queue.record([attemptRecord(delivery, held)]);
  const answers = await Promise.all(accepts);

  assert.deepEqual(new Set(answers), new Set(['accepted', 'overloaded']));
  assert.ok(answers.filter((each) => each === 'accepted').length >= count - 1);
  assert.equal((await record)[0]?.is, 'moved');
  const [again] = await store.queue.accept([megabyte()]);
  assert.equal(again?.is, 'accepted');
});

test('a small view of a large buffer crosses alone and exactly', async () => {
  const { store } = await open();
  await using _ = store;
  const large = new Uint8Array(4_000_000).fill(1);
  large.set([5, 6, 7], 1_000_000);
  const planned = plannedEvent({ event: { data: large.subarray(1_000_000, 1_000_003) } });

  await store.queue.accept([planned]);

  const found = await store.finder.event({ tenantId: acme, id: planned.event.id });
  assert.deepEqual(found?.data, Uint8Array.of(5, 6, 7));
  assert.equal(large.byteLength, 4_000_000, 'the caller still owns its buffer');
  await store[Symbol.asyncDispose]();
});

test('below the reserve events are refused with disk_full and records are saved', async () => {
  const { store, dataDir } = await open();
  await using _ = store;
  const { delivery } = await owe(store);
  await store[Symbol.asyncDispose]();
  const full = await openSqliteStore({
    dataDir,
    masterKey: Buffer.alloc(32, 9),
    atTurnEnd: setImmediate,
    onFailed: (cause) => assert.fail(cause),
    reserveBytes: Number.MAX_SAFE_INTEGER,
  });
  await using __ = full;
  const { held } = await full.queue.lease({
    node: 'node' as never,
    shards: [{ cell: 0, number: 0 }],
    leaseMs: 1,
  });

  const refused = await full.queue.accept([plannedEvent()]);
  const moved = await full.queue.record([attemptRecord(delivery, held[0] ?? assert.fail())]);

  assert.deepEqual(refused, [{ is: 'refused', because: 'disk_full' }]);
  assert.equal(full.condition().accepts, 'disk_full');
  assert.equal(moved[0]?.is, 'moved');
});

test('the log is emptied past its limit, and its pages are in the database before', async () => {
  const logBytesMax = 48_000_000;
  const { store, dataDir } = await open({ logBytesMax });
  await using _ = store;
  const log = join(dataDir, 'posthorn.db-wal');
  const data = new Uint8Array(1_000_000).fill(1);
  const sizes: number[] = [];

  for (let count = 0; count < 160; count += 1) {
    await store.queue.accept([plannedEvent({ event: { data } })]);
    sizes.push(walBytes(log, 0));
  }
  const databaseBytes = statSync(join(dataDir, 'posthorn.db')).size;

  // The size is looked at every few commits, so it may go a little past the limit.
  assert.ok(Math.max(...sizes) < logBytesMax * 1.5, `the log grew to ${Math.max(...sizes)}`);
  assert.ok(databaseBytes > 100_000_000, `only ${databaseBytes} bytes were moved`);
  await store[Symbol.asyncDispose]();
  assert.equal(walBytes(log, 0), 0);
});

test('a store that is closed answers nothing more, and closing twice is closing once', async () => {
  const { store } = await open();
  await using _ = store;
  const last = store.queue.accept([plannedEvent()]);

  await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);

  assert.equal((await last)[0]?.is, 'accepted');
  await assert.rejects(store.queue.accept([plannedEvent()]), AppError);
});

test('a page that turns bad while the store runs ends it', async () => {
  const { store, dataDir, failures } = await open();
  await using _ = store;
  const plan = plannedDelivery();
  const data = new Uint8Array(100_000);
  const planned = Array.from({ length: 300 }, () => plannedEvent({ event: { data } }));
  await store.queue.accept([plannedEvent({ deliveries: [plan] })]);
  await store.queue.accept(planned);
  await store[Symbol.asyncDispose]();
  const path = join(dataDir, 'posthorn.db');
  const script = `p=${JSON.stringify(path)};import os;n=os.path.getsize(p)
f=open(p,'r+b');f.seek(4096*8);f.write(b'\\xee'*(n-4096*9));f.close()`;
  execFileSync('python3', ['-c', script]);

  const opened = await openSqliteStore({
    dataDir,
    masterKey: Buffer.alloc(32, 9),
    atTurnEnd: setImmediate,
    onFailed: (cause) => failures.push(cause),
  }).catch((cause: unknown) => cause);

  if (opened instanceof Error) return;
  await assert.rejects(loadAll(opened as typeof store, plan.endpointId));
  assert.equal(failures.length, 1);
});

test('no secret lies readable in the files', async () => {
  const { store, dataDir } = await open();
  await using _ = store;
  const secret = 'whsec_do-not-find-me';
  const created = endpointResource({
    secrets: [{ text: secret, createdAt: 1 as never, endsAt: null }],
    headers: [['x-api-key', 'nor-find-this']],
  });
  const writes = [catalogueWrite(created)];

  await store.catalogue.change({ tenantId: acme, writes, idempotency: null });
  await store[Symbol.asyncDispose]();

  const db = new DatabaseSync(join(dataDir, 'posthorn.db'));
  const all = Buffer.from(db.serialize()).toString('latin1');
  db.close();
  assert.ok(all.includes('x-api-key'));
  assert.equal(all.includes('do-not-find-me') || all.includes('nor-find-this'), false);
});
