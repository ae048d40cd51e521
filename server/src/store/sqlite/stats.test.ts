import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { instant } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import { slots } from '../../core/stats/counts.ts';
import { floorTo, widthMs } from '../../core/stats/stats-width.ts';
import { acme, at, plannedDelivery, plannedEvent } from '../contract/sample.ts';
import { sampleId } from '../contract/sample-id.ts';
import { migrations } from '../migrations/all.ts';
import type { Store } from '../store.ts';
import type { WriteContext } from './engine/context.ts';
import { Database } from './engine/database.ts';
import { migrate } from './engine/migrate.ts';
import { openSqliteInline } from './sqlite-inline.ts';
import type { InlineOptions } from './sqlite-inline.ts';

function open(options: Partial<InlineOptions> = {}): { store: Store; db: Database } {
  const contexts: WriteContext[] = [];
  const store = openSqliteInline({
    path: ':memory:',
    masterKey: Buffer.alloc(32, 3),
    clock: { now: () => at(0), monotonicMs: () => 0 },
    chance: { bytes: (count) => randomBytes(count) },
    onOpened: (context) => contexts.push(context),
    ...options,
  });
  return { store, db: contexts[0]?.db ?? assert.fail() };
}

/** Events that acme's counters hold, and what it is owed. */
async function counted(store: Store): Promise<[events: number, pending: number]> {
  const since = floorTo(at(0), widthMs.day);
  const { rows, pendingCount } = await store.stats.read({
    ...{ subject: { tenantId: acme, endpointId: null }, width: 'day', since },
    until: instant(since + widthMs.day),
  });
  return [rows.reduce((sum, { counts }) => sum + (counts[slots.events] ?? 0), 0), pendingCount];
}

function countRows(db: Database, table: 'stats' | 'stats_journal' | 'backlogs'): number {
  return db.get<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)?.count ?? 0;
}

test('what is undone with its commit was never counted', async () => {
  const { store } = open({
    beforeCommit: (works) => {
      if (works.some(({ bytes }) => bytes > 5_000)) throw new Error('cannot hold that');
    },
  });
  const planned = Array.from({ length: 9 }, (_, index) =>
    plannedEvent({
      event: { data: new Uint8Array(index === 4 ? 6_000 : 10) },
      deliveries: [plannedDelivery()],
    }),
  );

  const answers = await store.queue.accept(planned);

  assert.equal(answers.filter(({ is }) => is === 'accepted').length, 8);
  assert.deepEqual(await counted(store), [8, 8]);
});

test('a commit writes one row of counters, however many endpoints it touches', async () => {
  const { store, db } = open();

  await store.queue.accept(
    Array.from({ length: 200 }, () => plannedEvent({ deliveries: [plannedDelivery()] })),
  );

  assert.deepEqual([countRows(db, 'stats_journal'), countRows(db, 'stats')], [1, 0]);
});

test('the journal never grows past its limit, in rows or in bytes', async () => {
  const { store, db } = open();
  const endpointIds = Array.from({ length: 5_000 }, () => sampleId('endpoint'));
  const wide = endpointIds.map((endpointId) => plannedDelivery({ endpointId }));

  for (let count = 0; count < 2 * limits.statsJournalRows; count += 1) {
    await store.queue.accept([plannedEvent({ deliveries: [plannedDelivery()] })]);
    assert.ok(countRows(db, 'stats_journal') < limits.statsJournalRows);
  }
  for (let count = 0; count < 16; count += 1) {
    const deliveries = wide.map((plan) => ({ ...plan, id: sampleId('delivery') }));
    await store.queue.accept([plannedEvent({ deliveries })]);
    const size = db.get<{ bytes: number }>(
      'SELECT total(length(increments)) AS bytes FROM stats_journal',
    );
    assert.ok((size?.bytes ?? 0) < limits.statsJournalBytes);
  }

  assert.ok(countRows(db, 'stats') > 5_000);
});

test('only what is owed has a row that says so', async () => {
  const { store, db } = open();
  const plans = Array.from({ length: 2 * limits.statsJournalRows }, () => plannedDelivery());
  for (const plan of plans) await store.queue.accept([plannedEvent({ deliveries: [plan] })]);
  for (const { id } of plans) {
    await store.queue.change([{ tenantId: acme, deliveryId: id, at: at(1), to: 'cancel' }]);
  }

  const rowCount = countRows(db, 'backlogs');

  assert.equal(rowCount, 0);
  assert.deepEqual(await counted(store), [plans.length, 0]);
});

test('a width is one look-up by the key, never a scan', () => {
  const { db } = open();
  const sql = 'SELECT counts FROM stats WHERE width = ? AND start = ? AND subject = ?';

  const [plan] = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, 1, 1, 1);

  const key = 'USING PRIMARY KEY (width=? AND start=? AND subject=?)';
  assert.equal(plan?.detail, `SEARCH stats ${key}`);
});

test('a database from before the counters knows what it owes', () => {
  const db = new Database(':memory:', { busyMs: 0 });
  migrate(
    db,
    migrations.filter(({ version }) => version < 4),
  );
  const rows: [position: number, tenant: number, endpoint: number, state: number][] = [
    [1, 10, 20, 0],
    [2, 10, 20, 0],
    [3, 10, 21, 0],
    [4, 11, 22, 0],
    [5, 11, 22, 1],
  ];
  for (const [position, tenant, endpoint, state] of rows) {
    db.run(
      `INSERT INTO deliveries (position, id, tenant, event, endpoint, state, place, is_replay,
        due_at, first_due_at, attempt_count, budget_from)
        VALUES (?, ?, ?, 0, ?, ?, 0, 0, 0, 0, 0, 0)`,
      position,
      `d${position}`,
      tenant,
      endpoint,
      state,
    );
  }

  migrate(db);

  const backlogs = db.all<{ subject: number; pending: number }>(
    'SELECT subject, pending FROM backlogs ORDER BY subject',
  );
  assert.deepEqual(
    backlogs.map(({ subject, pending }) => [subject, pending]),
    [
      [0, 4],
      [10, 3],
      [11, 1],
      [20, 2],
      [21, 1],
      [22, 1],
    ],
  );
  db.close();
});
