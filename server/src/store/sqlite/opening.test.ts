import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { plannedEvent } from '../contract/sample.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { StoreOpenError } from './store-open-error.ts';
import type { StoreOpenCode } from './store-open-error.ts';

const masterKey = Buffer.alloc(32, 5);

function open(dataDir: string, key = masterKey) {
  const onFailed = (cause: Error): void => assert.fail(cause);
  return openSqliteStore({ dataDir, masterKey: key, atTurnEnd: setImmediate, onFailed });
}

function folder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'posthorn-opening-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

/** Fills a store and closes it in good order. */
async function fill(dataDir: string): Promise<void> {
  await using store = await open(dataDir);
  const data = new Uint8Array(20_000).fill(7);
  await store.queue.accept(Array.from({ length: 40 }, () => plannedEvent({ event: { data } })));
}

function refusedAs(code: StoreOpenCode): (cause: unknown) => boolean {
  return (cause) => {
    assert.ok(cause instanceof StoreOpenError, String(cause));
    assert.equal(cause.code, code);
    assert.equal(cause.message.split('\n').length, 1);
    return true;
  };
}

const harms: [because: string, code: StoreOpenCode, harm: (path: string) => void][] = [
  ['half of it is gone', 'damaged', (path) => truncateSync(path, statSync(path).size / 2)],
  ['it was emptied', 'damaged', (path) => truncateSync(path, 0)],
  ['it is gone', 'damaged', (path) => rmSync(path)],
  ['it is something else', 'damaged', (path) => writeFileSync(path, 'hello '.repeat(2_000))],
  ['its schema is overwritten', 'damaged', (path) => overwrite(path, 100, 3_000)],
  ['a newer program made it', 'newer_schema', (path) => setSchema(path, 99)],
];
for (const [because, code, harm] of harms) {
  test(`a database is refused as ${code} and left as it is: ${because}`, async () => {
    using dir = folder();
    await fill(dir.path);
    const path = join(dir.path, 'posthorn.db');
    harm(path);
    const before = bytesOf(path);

    await assert.rejects(open(dir.path), refusedAs(code));

    assert.deepEqual(bytesOf(path), before);
  });
}

test('another master key than the first is refused', async () => {
  using dir = folder();
  await fill(dir.path);

  await assert.rejects(open(dir.path, Buffer.alloc(32, 6)), refusedAs('wrong_key'));

  await using store = await open(dir.path);
  assert.equal(
    (await store.finder.events({ tenantId: null }, { before: null, limit: 9 })).rows.length,
    9,
  );
});

test('a second store of the same process is refused while the first goes on', async () => {
  using dir = folder();
  await using first = await open(dir.path);

  await assert.rejects(open(dir.path), refusedAs('in_use'));

  const [answer] = await first.queue.accept([plannedEvent()]);
  assert.equal(answer?.is, 'accepted');
});

test('a second process is refused until the first is gone, however it went', async () => {
  using dir = folder();
  const lock = new URL('./owner-lock.ts', import.meta.url).href;
  const script = `const { lockOwner } = await import(${JSON.stringify(lock)});
    globalThis.lock = lockOwner(${JSON.stringify(dir.path)});
    console.log('locked'); setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  await once(child.stdout, 'data');

  await assert.rejects(open(dir.path), refusedAs('in_use'));

  child.kill('SIGKILL');
  await once(child, 'exit');
  await using store = await open(dir.path);
  assert.equal(store.condition().accepts, 'yes');
});

test('a directory that cannot be written is refused', async () => {
  await assert.rejects(open('/proc/nowhere'), refusedAs('unwritable'));
});

function overwrite(path: string, from: number, count: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xee, from, from + count);
  writeFileSync(path, bytes);
}

function setSchema(path: string, version: number): void {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA user_version = ${version}; PRAGMA wal_checkpoint(TRUNCATE)`);
  db.close();
}

function bytesOf(path: string): Buffer | null {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path);
}
