import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { PendingDelivery } from '../../../core/delivery.ts';
import type { Position } from '../../../core/ids.ts';
import type { ReplayRequest } from '../../../core/replay.ts';
import { replayRequest } from '../../contract/arrange-replay.ts';
import { change, latest, report, terminal } from '../../contract/arrange-coalescing.ts';
import { acceptOne, owe } from '../../contract/arrange.ts';
import { acme, at, guardedWrite, plannedDelivery } from '../../contract/sample.ts';
import { plannedEvent } from '../../contract/sample.ts';
import type { AttemptFilter } from '../../attempt-log.ts';
import type { DeliveryFilter, EventFilter, GuardedFilter } from '../../finder.ts';
import type { Store } from '../../store.ts';
import { openSqliteInline } from '../sqlite-inline.ts';
import type { WriteContext } from './context.ts';

/** Opens a store with one delivery, and answers the plans of the statements that `use` prepares. */
async function plansOf(
  use: (parts: { store: Store; delivery: PendingDelivery }) => Promise<unknown>,
): Promise<string[]> {
  const contexts: WriteContext[] = [];
  await using store = openSqliteInline({
    path: ':memory:',
    masterKey: Buffer.alloc(32, 1),
    clock: { now: () => at(0), monotonicMs: () => 0 },
    chance: { bytes: (count) => randomBytes(count) },
    onOpened: (context) => contexts.push(context),
  });
  const { delivery } = await owe(store);
  const { db } = contexts[0] ?? assert.fail();
  const before = new Set(db.preparedTexts());
  await use({ store, delivery });
  const reads = db.preparedTexts().filter((sql) => sql.startsWith('SELECT') && !before.has(sql));
  return reads.map((sql) => {
    const rows = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    return rows.map(({ detail }) => detail).join('; ');
  });
}

const page = { before: null, limit: 10 };

const lists: [because: string, index: string, filter: DeliveryFilter, of?: 'event' | 'endpoint'][] =
  [
    ['a tenant finds its deliveries through its events', 'events_by_tenant', { tenantId: acme }],
    ['dead letters have an index', 'deliveries_dead', { tenantId: acme, state: 'dead' }],
    ['an endpoint has an index', 'deliveries_by_endpoint', { tenantId: acme }, 'endpoint'],
    ['deliveries stand behind their event', 'PRIMARY KEY', { tenantId: acme }, 'event'],
    ['across tenants the rows themselves are in order', 'PRIMARY KEY', { tenantId: null }],
  ];
for (const [because, index, filter, of] of lists) {
  test(`deliveries by ${index}, never sorted: ${because}`, async () => {
    const plans = await plansOf(({ store, delivery: { eventId, endpointId } }) => {
      const added = of === 'event' ? { eventId } : of === 'endpoint' ? { endpointId } : {};
      return store.finder.deliveries({ ...filter, ...added }, page);
    });

    assertUses(plans, index);
  });
}

const searches: [because: string, index: string, filter: AttemptFilter, of?: 'endpoint' | 'id'][] =
  [
    ['a tenant has an index', 'attempts_by_tenant', { tenantId: acme }],
    ['failures have an index', 'attempts_failed', { tenantId: acme, status: 'failed' }],
    ['an endpoint has an index', 'attempts_by_endpoint', { tenantId: acme }, 'endpoint'],
    ['a delivery has an index', 'attempts_by_delivery', { tenantId: acme }, 'id'],
  ];
for (const [because, index, filter, of] of searches) {
  test(`attempts by ${index}, never sorted: ${because}`, async () => {
    const plans = await plansOf(({ store, delivery: { id, endpointId } }) => {
      const added = of === 'id' ? { deliveryId: id } : of === 'endpoint' ? { endpointId } : {};
      return store.log.search({ ...filter, ...added }, page);
    });

    assertUses(plans, index);
  });
}

const eventLists: [because: string, index: string, filter: EventFilter][] = [
  ['a tenant has an index', 'events_by_tenant', { tenantId: acme }],
  ['a chain has an index', 'events_by_correlation', { tenantId: acme, correlationId: 'c' }],
];
for (const [because, index, filter] of eventLists) {
  test(`events by ${index}, never sorted: ${because}`, async () => {
    const plans = await plansOf(({ store }) => store.finder.events(filter, page));

    assertUses(plans, index);
  });
}

const inChain = { tenantId: acme, correlationId: 'c' };

test('what a chain holds is found among what is past its hops, never sorted', async () => {
  const held = { correlationId: 'c', hopsOver: 16, hopsUpTo: 33 };
  const search = { tenantId: acme, after: 0 as Position, upTo: 99 as Position, limit: 10 };
  const plans = await plansOf(async ({ store }) => {
    await store.finder.chainHeld({ ...inChain, hopsOver: 16, limit: 10 });
    await store.replays.searchMissing({
      ...search,
      request: replayRequest({ only: 'missing', held }),
    });
  });

  assertUses(plans, 'events_past_hops');
});

test('what came of a chain is counted by its index, never sorted', async () => {
  const query = { ...inChain, except: 'task.progress', since: at(0), limit: 10 };
  const plans = await plansOf(({ store }) => store.finder.chainVolume(query));

  assertUses(plans, 'events_by_correlation');
});

test('reports are found by their delivery', async () => {
  const plans = await plansOf(({ store, delivery: { id: deliveryId } }) =>
    store.finder.reports({ tenantId: acme, deliveryId, limit: 10 }),
  );

  assertUses(plans, 'reports_by_delivery');
});

test('types that were seen are found among all other names, never sorted', async () => {
  const plans = await plansOf(({ store }) => store.finder.eventTypes({ before: null, limit: 10 }));

  assertUses(plans, 'names_of_event_types');
});

const replays: [
  because: string,
  index: string,
  request: Partial<ReplayRequest>,
  of?: 'endpoint',
][] = [
  ['dead letters have an index', 'deliveries_dead', { only: 'dead' }],
  ['a tenant has what failed behind its events', 'events_by_tenant', { only: 'failed' }],
  ['an endpoint has an index', 'deliveries_by_endpoint', { only: 'failed' }, 'endpoint'],
  ['an endpoint has an index', 'deliveries_by_endpoint', { only: 'all' }, 'endpoint'],
  ['a tenant has an index', 'events_by_tenant', { only: 'missing' }],
];
for (const [because, index, parts, of] of replays) {
  test(`a replay of ${parts.only} by ${index}, never sorted: ${because}`, async () => {
    const plans = await plansOf(({ store, delivery: { endpointId } }) => {
      const request = replayRequest({ ...parts, ...(of === undefined ? {} : { endpointId }) });
      const search = { tenantId: acme, request, after: 0 as Position, upTo: 9 as Position };
      if (request.only === 'missing') return store.replays.searchMissing({ ...search, limit: 9 });
      return store.replays.search({ ...search, limit: 9 });
    });

    assertUses(plans, index);
  });
}

test('deliveries that replays made are found by tenant and by event', async () => {
  const plans = await plansOf(async ({ store, delivery: { eventId } }) => {
    await store.finder.deliveries({ tenantId: acme }, page);
    await store.finder.deliveries({ tenantId: acme, eventId }, page);
  });

  assertUses(plans, 'deliveries_replayed_by_tenant');
  assertUses(plans, 'deliveries_replayed_by_event');
});

test('attempts of an event are found through its deliveries', async () => {
  const plans = await plansOf(({ store, delivery: { eventId } }) =>
    store.log.search({ tenantId: acme, eventId }, page),
  );

  assert.ok(plans.some((plan) => plan.includes('attempts_by_delivery')));
});

test('alerts read on by position, and cost what failed since, not what succeeded', async () => {
  const plans = await plansOf(async ({ store, delivery: { endpointId } }) => {
    await store.alerts.read({ after: 0 as Position, limit: 10 });
    const query = { tenantId: acme, endpointId, after: 0 as Position, before: null };
    await store.alerts.successes([query]);
  });

  assertUses(plans, 'attempts_failed_in_order');
  assertUses(plans, 'attempts_by_endpoint (endpoint=? AND rowid>? AND rowid<?)');
  assert.ok(plans.some((plan) => plan.includes('SEARCH x USING INTEGER PRIMARY KEY (rowid>?)')));
});

const guardedLists: [because: string, index: string, filter: Partial<GuardedFilter>][] = [
  ['a tenant has an index', 'guarded_by_tenant (tenant=? AND kind=? AND position>?', {}],
  ['a group has one', 'guarded_by_group (tenant=? AND kind=? AND grp=? AND', { group: 'g' }],
  ['a state has one', 'guarded_by_state (tenant=? AND kind=? AND state=? AND', { state: 's' }],
  ['across tenants a kind has one', 'guarded_by_kind (kind=? AND position>?', { tenantId: null }],
];
for (const [because, index, filter] of guardedLists) {
  test(`guarded rows by ${index}…, never sorted: ${because}`, async () => {
    const plans = await plansOf(({ store }) =>
      store.finder.guardedList({ tenantId: acme, kind: 'task', ...filter }, page),
    );

    assertUses(plans, index);
  });
}

test('guarded rows that are due are found by when they are', async () => {
  const plans = await plansOf(({ store }) =>
    store.finder.guardedDue({ kind: 'task', before: at(9), limit: 9 }),
  );

  assertUses(plans, 'guarded_due (kind=? AND wake_at>? AND wake_at<?)');
});

test('events are followed by tenant, or by the history of one row', async () => {
  const query = { tenantId: acme, after: 0 as Position, limit: 9, bytes: 9 };
  const subject = { kind: 'task', id: 't-1' } as const;

  const plans = await plansOf(async ({ store }) => {
    await store.finder.eventsAfter(query);
    await store.finder.eventsAfter({ ...query, tenantId: null });
    await store.finder.eventsAfter({ ...query, subject });
  });

  assertUses(plans, 'events_by_tenant (tenant=? AND rowid>?)');
  assertUses(plans, 'SEARCH events USING INTEGER PRIMARY KEY (rowid>?)');
  assertUses(plans, 'PRIMARY KEY (tenant=? AND kind=? AND id=? AND version>?)');
});

test('retention finds what an event left of guarded rows by its position', async () => {
  const plans = await plansOf(async ({ store }) => {
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ hasHistory: true })] }));
    await store.prune({ before: at(1), limit: 9 });
  });

  assertUses(plans, 'guarded_history_by_position (position=?)');
  assertUses(plans, 'guarded_that_end (last_position=?)');
});

test('an event without guarded writes asks nothing about guarded rows', async () => {
  const plans = await plansOf(async ({ store }) => {
    await acceptOne(store, plannedEvent());
  });

  assert.deepEqual(
    plans.filter((plan) => plan.includes('guarded')),
    [],
  );
});

test('what a delivery supersedes is found by its group, and asks nothing of others', async () => {
  const plans = await plansOf(async ({ store, delivery: { endpointId } }) => {
    await report(store, endpointId, latest());
    await report(store, endpointId, change(1));
  });
  const toAll = await plansOf(({ store, delivery: { endpointId } }) =>
    report(store, endpointId, terminal),
  );
  const plain = await plansOf(({ store }) =>
    acceptOne(store, plannedEvent({ deliveries: [plannedDelivery({ orderKey: 'k' })] })),
  );

  assertUses(plans, 'coalescing_open (endpoint=? AND grp=? AND part=?)');
  assert.ok(
    toAll.some((plan) => plan.includes('coalescing_open (endpoint=? AND grp=? AND part>?)')),
  );
  assert.deepEqual(
    plain.filter((plan) => plan.includes('coalescing')),
    [],
  );
});

function assertUses(plans: readonly string[], index: string): void {
  assert.ok(
    plans.some((plan) => plan.includes(index)),
    plans.join('\n'),
  );
  assert.equal(
    plans.some((plan) => plan.includes('TEMP B-TREE') || plan.includes('SCAN d')),
    false,
  );
}
