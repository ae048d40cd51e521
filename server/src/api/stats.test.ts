import assert from 'node:assert/strict';
import test from 'node:test';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { holdAll } from '../store/contract/arrange.ts';
import { attemptRecord, deadRecord, failed503, neverEnding } from '../store/contract/sample.ts';
import { sampleAttempt } from '../store/contract/sample.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Counts = {
  acceptedCount?: number;
  deliveries: Record<string, number>;
  deliveryRate: number | null;
  attempts: { total: number; failed: number; byEnding: Record<string, number> };
  errorRate: number | null;
  latencyMs: { p50: number | null; p99: number | null };
};

type Stats = {
  endpointId?: string;
  since: string;
  until: string;
  bucketMs: number;
  totals: Counts;
  backlog: { pendingCount: number; oldestDueAt: string | null };
  buckets: (Counts & { startsAt: string })[];
};

const hour = 3_600_000;

async function makeEndpoint(api: OpenedApi, tenant = 'default'): Promise<EndpointId> {
  const body = { url: 'https://example.com/hook', types: ['*'] };
  const answer = await api.call({ url: '/v1/endpoints', body, tenant });
  return answer.json<{ id: EndpointId }>().id;
}

async function publish(api: OpenedApi, tenant = 'default'): Promise<void> {
  await api.call({ url: '/v1/events', body: { type: 'a.b', data: {} }, tenant });
}

async function read(api: OpenedApi, url: string, tenant?: string): Promise<Stats> {
  const answer = await api.call({ url, ...(tenant === undefined ? {} : { tenant }) });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Stats>();
}

/** Delivers the first thing due, and buries the next. */
async function deliverOneBuryOne(api: OpenedApi, endpointId: EndpointId): Promise<void> {
  const held = (await holdAll(api.store))(endpointId);
  const tenantId = 'default' as TenantId;
  const [first, second] = await api.store.queue.loadDue({
    ...{ tenantId, endpointId, dueBefore: neverEnding },
    limit: 2,
  });
  assert.ok(first && second);
  const at = api.now();
  const attempt = { startedAt: at, latencyMs: 100 };
  await api.store.queue.record([
    { ...attemptRecord(first, held), at, attempt: sampleAttempt(first, attempt) },
    {
      ...{ ...deadRecord(second, held), at },
      attempt: sampleAttempt(second, { ...failed503, ...attempt, latencyMs: 1_000 }),
    },
  ]);
}

test('an endpoint shows its rates, latencies and backlog', async () => {
  await using api = await openApi();
  const endpointId = await makeEndpoint(api);
  for (let count = 0; count < 3; count += 1) await publish(api);
  await deliverOneBuryOne(api, endpointId);

  const stats = await read(api, `/v1/endpoints/${endpointId}/stats`);

  const { totals, backlog } = stats;
  assert.equal(stats.endpointId, endpointId);
  assert.equal(totals.acceptedCount, undefined);
  assert.deepEqual(totals.deliveries, {
    ...{ made: 3, delivered: 1, dead: 1 },
    ...{ superseded: 0, cancelled: 0 },
  });
  assert.deepEqual([totals.deliveryRate, totals.errorRate], [0.5, 0.5]);
  assert.deepEqual([totals.attempts.total, totals.attempts.byEnding['5xx']], [2, 1]);
  assert.ok(Math.abs((totals.latencyMs.p50 ?? 0) - 100) <= 5, `${totals.latencyMs.p50}`);
  assert.ok(Math.abs((totals.latencyMs.p99 ?? 0) - 1_000) <= 50, `${totals.latencyMs.p99}`);
  assert.equal(backlog.pendingCount, 1);
  assert.equal(backlog.oldestDueAt, new Date(api.now()).toISOString());
});

test('buckets cover the span without gaps, and quiet ones hold zeroes', async () => {
  await using api = await openApi();
  await makeEndpoint(api);
  await publish(api);
  api.wait(3 * hour);
  await publish(api);

  const since = new Date(api.now() - 4 * hour).toISOString();
  const stats = await read(api, `/v1/stats?since=${since}&bucket=hour`);

  assert.equal(stats.bucketMs, hour);
  const starts = stats.buckets.map(({ startsAt }) => Date.parse(startsAt));
  assert.deepEqual(
    starts.slice(1).map((start, index) => start - (starts[index] ?? 0)),
    [hour, hour, hour, hour],
  );
  assert.equal(starts[0], Date.parse(stats.since));
  assert.deepEqual(
    stats.buckets.map(({ acceptedCount }) => acceptedCount),
    [0, 1, 0, 0, 1],
  );
  assert.equal(stats.buckets[0]?.errorRate, null);
  assert.equal(stats.totals.acceptedCount, 2);
});

test('a tenant sees its own numbers, the operator those of all', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/tenants/acme', body: {} });
  const theirs = await makeEndpoint(api, 'acme');
  await publish(api, 'acme');
  await publish(api, 'acme');
  await publish(api);
  const key = await api.grant({
    tenantId: 'acme',
    scopes: ['read'],
    text: 'ph_acme-key-0123456789',
  });

  const own = (await api.call({ url: '/v1/stats', key })).json<Stats>();
  const all = await read(api, '/v1/stats', '*');
  const foreign = await api.call({ url: `/v1/endpoints/${theirs}/stats`, tenant: 'default' });
  const across = await read(api, `/v1/endpoints/${theirs}/stats`, '*');

  assert.deepEqual([own.totals.acceptedCount, own.backlog.pendingCount], [2, 2]);
  assert.deepEqual([all.totals.acceptedCount, all.backlog.pendingCount], [3, 2]);
  assert.equal(foreign.statusCode, 404);
  assert.equal(across.totals.deliveries['made'], 2);
});

const refused: [because: string, query: string, pointer: string][] = [
  ['one length of bucket is enough', 'bucket=hour&bucketMs=60000', '/bucket'],
  ['the minutes of last week are gone', 'bucket=minute&since=2025-06-01T00:00:00Z', '/since'],
  ['too much would be read', 'bucket=minute&since=2025-06-14T00:00:00Z', '/bucket'],
  ['no such month', 'since=2025-13-01T00:00:00Z', '/since'],
  ['no time at all', 'since=yesterday', '/since'],
  ['seconds are not counted', 'bucketMs=1000', '/bucketMs'],
];
for (const [because, query, pointer] of refused) {
  test(`?${query} is refused: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: `/v1/stats?${query}` });

    const { code, errors } = answer.json<{ code: string; errors: { pointer: string }[] }>();
    assert.deepEqual([answer.statusCode, code], [422, 'validation_failed']);
    assert.equal(errors[0]?.pointer, pointer, answer.body);
  });
}

test('an endpoint nobody made has no statistics', async () => {
  await using api = await openApi();

  const answer = await api.call({ url: '/v1/endpoints/ep_none/stats' });

  assert.equal(answer.statusCode, 404);
});
