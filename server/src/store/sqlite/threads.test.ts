import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { AppError } from '../../core/app-error.ts';
import { limits } from '../../core/limits.ts';
import { owe } from '../contract/arrange.ts';
import { acme, attemptRecord, bytes, catalogueWrite } from '../contract/sample.ts';
import { endpointResource, plannedEvent } from '../contract/sample.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { SqliteOptions } from './sqlite-store.ts';
import { walBytes } from './wal-bytes.ts';

const masterKey = Buffer.alloc(32, 9);
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

async function open(options: Partial<SqliteOptions> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-threads-'));
  folders.push(dataDir);
  const failures: Error[] = [];
  const store = await openSqliteStore({
    dataDir,
    masterKey,
    atTurnEnd: setImmediate,
    onFailed: (cause) => failures.push(cause),
    ...options,
  });
  const close = () => store[Symbol.asyncDispose]();
  return { store, dataDir, failures, [Symbol.asyncDispose]: close };
}

test('every call gets its own answer, however they mix and whatever their size', async () => {
  await using opened = await open();
  const { store } = opened;
  const planned = Array.from(Array(500).keys(), (count) =>
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
  await using opened = await open();
  const { store } = opened;
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
  await using opened = await open();
  const { store } = opened;
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
  await using opened = await open();
  const { store, dataDir } = opened;
  const { delivery } = await owe(store);
  await store[Symbol.asyncDispose]();
  await using full = await openSqliteStore({
    dataDir,
    masterKey,
    atTurnEnd: setImmediate,
    onFailed: (cause) => assert.fail(cause),
    reserveBytes: Number.MAX_SAFE_INTEGER,
  });
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
  await using opened = await open({ logBytesMax });
  const { store, dataDir } = opened;
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

test('the log starts over long before its limit while events keep coming in', async () => {
  await using opened = await open();
  const { store, dataDir } = opened;
  const log = join(dataDir, 'posthorn.db-wal');
  const data = new Uint8Array(1_000_000).fill(1);
  const accept = () => store.queue.accept([plannedEvent({ event: { data } })]);

  let [before, now] = [0, 0];
  for (let next = accept(); now >= before;) {
    const last = next;
    next = accept();
    await last;
    [before, now] = [now, walBytes(log, 0)];
    assert.ok(now < limits.walTruncateBytes / 2, `the log grew to ${now} bytes`);
    if (now < before) await next;
  }

  assert.ok(statSync(log).size > before - 1_100_000, 'it was not cut, but written over');
});

test('a store that is closed answers nothing more, and closing twice is closing once', async () => {
  await using opened = await open();
  const { store } = opened;
  const last = store.queue.accept([plannedEvent()]);

  await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);

  assert.equal((await last)[0]?.is, 'accepted');
  await assert.rejects(store.queue.accept([plannedEvent()]), AppError);
});

test('a damaged page ends the store as soon as it is read', async () => {
  const first = await open();
  const data = new Uint8Array(100_000).fill(0x4d);
  const [answer] = await first.store.queue.accept([plannedEvent({ event: { data } })]);
  assert.ok(answer?.is === 'accepted');
  await first.store[Symbol.asyncDispose]();
  breakChain(join(first.dataDir, 'posthorn.db'));
  const failures: Error[] = [];
  await using store = await openSqliteStore({
    dataDir: first.dataDir,
    masterKey,
    atTurnEnd: setImmediate,
    onFailed: (cause) => failures.push(cause),
  });

  const read = store.queue.readEvents({ tenantId: acme, positions: [answer.position] });

  await assert.rejects(read, isUnavailable);
  await assert.rejects(store.queue.accept([plannedEvent()]), isUnavailable);
  assert.equal(failures.length, 1);
  assert.equal(store.condition().accepts, 'failed');
});

test('no secret lies readable in the files', async () => {
  await using opened = await open();
  const { store, dataDir } = opened;
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

/** Overwrites where each overflow page of a payload of Ms says which page comes next. */
function breakChain(path: string): void {
  const file = readFileSync(path);
  for (let page = 4_096; page < file.length; page += 4_096) {
    const isPayload = file.subarray(page + 4, page + 4_096).every((byte) => byte === 0x4d);
    if (isPayload) file.fill(0xee, page, page + 4);
  }
  writeFileSync(path, file);
}

function isUnavailable(cause: unknown): boolean {
  return cause instanceof AppError && cause.code === 'store_unavailable';
}
