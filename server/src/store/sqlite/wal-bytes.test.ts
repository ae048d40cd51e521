import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { frameBytes, walBytes } from './wal-bytes.ts';

test('the used part of a log is what SQLite says itself, also after it started over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-wal-'));
  const path = join(folder, 'some.db');
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (b BLOB)');
  const insert = db.prepare('INSERT INTO t VALUES (zeroblob(?))');
  const used = (): number => walBytes(`${path}-wal`, 0);

  for (const bytes of [500_000, 3_000, 100_000, 40_000]) {
    insert.run(bytes);
    const before = used();
    const moved = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();

    assert.equal(before, 32 + Number(moved?.['log']) * frameBytes);
    assert.ok(statSync(`${path}-wal`).size > 500_000);
  }
  db.close();
  rmSync(folder, { recursive: true });
});

test('a log that does not exist has no bytes', () => {
  assert.equal(walBytes('/nowhere/posthorn.db-wal', 0), 0);
});
