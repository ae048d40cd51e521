import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { AppError } from '../../core/app-error.ts';
import { instant } from '../../core/instant.ts';
import { holdAll, loadAll, owe } from '../contract/arrange.ts';
import { acme, at, attemptRecord, plannedDelivery, plannedEvent } from '../contract/sample.ts';
import type { PlannedEvent } from '../queue.ts';
import type { Work } from './committer.ts';
import type { WriteContext } from './engine/context.ts';
import { openSqliteInline } from './sqlite-inline.ts';
import type { InlineOptions } from './sqlite-inline.ts';

const clock = { now: () => instant(at(0)), monotonicMs: () => 0 };
const chance = { bytes: (count: number) => randomBytes(count) };

function open(options: Partial<InlineOptions> = {}) {
  const failures: Error[] = [];
  const contexts: WriteContext[] = [];
  const store = openSqliteInline({
    path: ':memory:',
    masterKey: Buffer.alloc(32, 3),
    clock,
    chance,
    onFailed: (cause) => failures.push(cause),
    onOpened: (context) => contexts.push(context),
    ...options,
  });
  const [context] = contexts;
  assert.ok(context);
  return { store, failures, context };
}

/** An error as node:sqlite throws it. */
function sqliteError(code: number): Error {
  return Object.assign(new Error('from SQLite'), { code: 'ERR_SQLITE_ERROR', errcode: code });
}

const fatal: [because: string, code: number][] = [
  ['a failed fsync may have lost what was written', 1_034],
  ['a failed write is a broken disk', 778],
  ['a damaged page spoils what is written next', 11],
  ['the file is no database any more', 26],
  ['the file cannot be opened again', 14],
];
for (const [because, code] of fatal) {
  test(`result code ${code} ends all acknowledging: ${because}`, async () => {
    let isBroken = false;
    const beforeCommit = () => {
      if (isBroken) throw sqliteError(code);
    };
    const { store, failures } = open({ beforeCommit });
    isBroken = true;

    const unanswered = store.queue.accept([plannedEvent(), plannedEvent()]);
    await assert.rejects(unanswered, isUnavailable);
    isBroken = false;

    await assert.rejects(store.queue.accept([plannedEvent()]), isUnavailable);
    assert.equal(store.condition().accepts, 'failed');
    assert.equal(failures.length, 1);
  });
}

test('an error of one item refuses that item alone', async () => {
  const planned = Array.from({ length: 9 }, () =>
    plannedEvent({ deliveries: [plannedDelivery()] }),
  );
  const beforeCommit = (works: readonly Work[]) => {
    if (works.some(({ bytes }) => bytes > 5_000)) throw new Error('cannot hold that');
  };
  const { store } = open({ beforeCommit });
  const guilty = plannedEvent({ event: { data: new Uint8Array(6_000) } });
  planned[4] = guilty;

  const answers = await store.queue.accept(planned);

  const expected = planned.map((each) => (each === guilty ? 'refused' : 'accepted'));
  assert.deepEqual(
    answers.map(({ is }) => is),
    expected,
  );
  assert.equal((await store.finder.backlog()).pendingCount, 8);
  assert.equal(store.condition().accepts, 'yes');
});

test('a full disk refuses events, keeps records, and heals when there is room', async () => {
  const { store, context } = open();
  const { delivery, held } = await owe(store);
  setMaxPages(context, pageCount(context));

  const answers = await store.queue.accept([large()]);
  let isRecorded = false;
  const record = store.queue.record([manyBytes(delivery, held)]).then((answer) => {
    isRecorded = true;
    return answer;
  });
  const refused = await store.queue.accept([large()]);
  const wasRecorded = isRecorded;
  setMaxPages(context, 100_000);
  const later = await store.queue.accept([large()]);

  assert.deepEqual(answers, [{ is: 'refused', because: 'disk_full' }]);
  assert.deepEqual(refused, [{ is: 'refused', because: 'disk_full' }]);
  assert.equal(wasRecorded, false);
  assert.equal(later[0]?.is, 'accepted');
  assert.deepEqual(await record, [{ is: 'moved', promoted: null }]);
  assert.equal(store.condition().accepts, 'yes');
});

test('below the reserve events are refused while records are saved', async () => {
  let hasRoom = true;
  const { store } = open({ hasRoom: () => hasRoom });
  const { delivery, held } = await owe(store);
  hasRoom = false;

  const [refused, moved] = await Promise.all([
    store.queue.accept([plannedEvent()]),
    store.queue.record([attemptRecord(delivery, held)]),
  ]);
  const during = store.condition().accepts;
  hasRoom = true;
  const healed = await store.queue.accept([plannedEvent()]);

  assert.deepEqual(refused, [{ is: 'refused', because: 'disk_full' }]);
  assert.equal(moved[0]?.is, 'moved');
  assert.equal(during, 'disk_full');
  assert.equal(healed[0]?.is, 'accepted');
  assert.equal(store.condition().accepts, 'yes');
});

test('what an undone commit counted is forgotten', async () => {
  let isBroken = false;
  const beforeCommit = () => {
    if (isBroken) throw new Error('not now');
  };
  const { store } = open({ beforeCommit });
  const plan = plannedDelivery();
  const planned = plannedEvent({ deliveries: [plan] });
  isBroken = true;
  const undone = await store.queue.accept([planned]);
  isBroken = false;

  const done = await store.queue.accept([planned]);

  assert.deepEqual(undone, [{ is: 'refused', because: 'unstorable' }]);
  assert.deepEqual(done, [{ is: 'accepted', position: 1, followers: [] }]);
  assert.equal((await store.finder.backlog()).pendingCount, 1);
  const held = (await holdAll(store))(plan.endpointId);
  const [delivery] = await loadAll(store, plan.endpointId);
  assert.ok(delivery);
  const [answer] = await store.queue.record([attemptRecord(delivery, held)]);
  assert.equal(answer?.is, 'moved');
});

test('calls of one turn are one commit', async () => {
  const { store } = open();
  const before = store.condition().commitCount;

  await Promise.all(Array.from({ length: 100 }, () => store.queue.accept([plannedEvent()])));

  assert.equal(store.condition().commitCount, before + 1);
});

function large(): PlannedEvent {
  return plannedEvent({ event: { tenantId: acme, data: new Uint8Array(200_000) } });
}

function manyBytes(...[delivery, held]: Parameters<typeof attemptRecord>) {
  const record = attemptRecord(delivery, held);
  const { attempt } = record;
  assert.ok(attempt);
  return { ...record, attempt: { ...attempt, answerBody: new Uint8Array(50_000) } };
}

function pageCount({ db }: WriteContext): number {
  return db.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
}

function setMaxPages({ db }: WriteContext, count: number): void {
  db.exec(`PRAGMA max_page_count = ${count}`);
}

function isUnavailable(cause: unknown): boolean {
  return cause instanceof AppError && cause.code === 'store_unavailable';
}
