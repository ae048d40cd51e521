import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { neverEnding, plannedDelivery, plannedEvent } from '../contract/sample.ts';
import { at, attemptRecord } from '../contract/sample.ts';
import { acceptOne, owe } from '../contract/arrange.ts';
import type { Store } from '../store.ts';
import { openSqliteInline } from './sqlite-inline.ts';

function open(path: string): Store {
  return openSqliteInline({
    path,
    masterKey: Buffer.alloc(32, 1),
    clock: { now: () => at(0), monotonicMs: () => 0 },
    chance: { bytes: (count) => randomBytes(count) },
  });
}

test('positions go on where they stood though everything was removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-retention-'));
  const path = join(folder, 'posthorn.db');
  const first = open(path);
  const { delivery, held } = await owe(first);
  await first.queue.record([attemptRecord(delivery, held)]);
  await acceptOne(first, plannedEvent());
  const { position: newest } = await first.queue.tail({ shards: [], after: null, limit: 1 });

  const pruned = await first.prune({ before: neverEnding, limit: 100 });
  await first[Symbol.asyncDispose]();
  const second = open(path);
  const { position } = await acceptOne(second, plannedEvent());

  assert.equal(pruned.count, 2);
  assert.equal(position, newest + 1);
  await second[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('a step removes as much as it may and passes over what must stay', async () => {
  const store = open(':memory:');
  const waiting = Array.from({ length: 30 }, () =>
    plannedEvent({ deliveries: [plannedDelivery()] }),
  );
  await store.queue.accept(waiting);
  await store.queue.accept(Array.from({ length: 30 }, () => plannedEvent()));
  const counts: number[] = [];

  for (let isDone = false; !isDone && counts.length < 20;) {
    const step = await store.prune({ before: neverEnding, limit: 10 });
    counts.push(step.count);
    isDone = step.isDone;
  }

  assert.deepEqual(counts, [0, 0, 0, 10, 10, 10, 0]);
  await store[Symbol.asyncDispose]();
});
