import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Store } from '../store.ts';
import { acceptOne, owe, recordMoved } from '../contract/arrange.ts';
import { acme, at, attemptRecord, bytes, guardedWrite } from '../contract/sample.ts';
import { plannedEvent, sampleAttempt } from '../contract/sample.ts';
import { checkpoint } from './engine/checkpoint.ts';
import type { WriteContext } from './engine/context.ts';
import { openSqliteInline } from './sqlite-inline.ts';

const secret = 'a-planted-word-of-the-payload';
const noted = 'a-planted-word-of-a-qxnoted';
const enclosed = 'a-planted-word-of-a-qxwhole';
const echoed = 'a-planted-word-of-the-answer';

type Opened = { store: Store; context: WriteContext; file: () => string } & AsyncDisposable;

function open(): Opened {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-erasing-'));
  const path = join(dir, 'posthorn.db');
  let context: WriteContext | null = null;
  const store = openSqliteInline({
    path,
    masterKey: new Uint8Array(32),
    clock: { now: () => at(0), monotonicMs: () => 0 },
    chance: { bytes: (length) => new Uint8Array(length).fill(7) },
    onOpened: (opened) => {
      context = opened;
    },
  });
  assert.ok(context);
  return {
    store,
    context,
    file: () => readFileSync(path, 'latin1'),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true });
    },
  };
}

const sizes: [because: string, copies: number][] = [
  ['in its row', 1],
  ['over several pages', 1_000],
];
for (const [because, copies] of sizes) {
  test(`after a checkpoint no byte of what was erased is in the file: ${because}`, async () => {
    await using opened = open();
    const { store, context } = opened;
    const data = bytes(JSON.stringify(secret.repeat(copies)));
    for (let count = 0; count < 20; count += 1) await acceptOne(store, plannedEvent());
    const { delivery, held, planned } = await owe(store);
    const erased = plannedEvent({
      event: { data },
      writes: [
        guardedWrite({
          hasHistory: true,
          note: bytes(noted.repeat(copies)),
          content: bytes(enclosed.repeat(copies)),
        }),
      ],
    });
    await acceptOne(store, erased);
    const answered = sampleAttempt(delivery, { answerBody: bytes(echoed.repeat(copies)) });
    await recordMoved(store, attemptRecord(delivery, held, { attempt: answered }));
    for (let count = 0; count < 200; count += 1) await acceptOne(store, plannedEvent());
    checkpoint(context.db, 'TRUNCATE');
    const words = [secret, echoed, noted, enclosed];
    for (const word of words) assert.ok(opened.file().includes(word), word);

    for (const { event } of [erased, planned]) {
      await store.queue.erase({ tenantId: acme, eventId: event.id, at: at(1), limit: 100 });
    }
    checkpoint(context.db, 'TRUNCATE');

    // A part is enough to find: a page may have cut the words apart.
    for (const word of words) assert.ok(!opened.file().includes(word.slice(-7)), word);
  });
}

test('content that gave way to newer content is in the file no more', async () => {
  await using opened = open();
  const { store, context } = opened;
  const content = bytes(enclosed.repeat(10_000));
  await acceptOne(store, plannedEvent({ writes: [guardedWrite({ content })] }));
  checkpoint(context.db, 'TRUNCATE');
  assert.ok(opened.file().includes(enclosed));

  const newer = guardedWrite({ expects: 1, content: bytes('short') });
  await acceptOne(store, plannedEvent({ writes: [newer] }));
  checkpoint(context.db, 'TRUNCATE');

  assert.ok(!opened.file().includes(enclosed.slice(-7)));
});
