import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Delivery = { id: string; state: string; reason: string | null };

async function publish(api: OpenedApi, endpoints = 1): Promise<void> {
  for (let count = 0; count < endpoints; count += 1) {
    await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });
  }
  const body = { type: 'task.completed', data: { name: 'Ada' }, id: 'e-1', key: 'k' };
  assert.equal((await api.call({ url: '/v1/events', body })).statusCode, 202);
}

const erase = (api: OpenedApi, url = '/v1/events/e-1/data', tenant?: string) =>
  api.call({ method: 'DELETE', url, ...(tenant === undefined ? {} : { tenant }) });

test('an erased event is shown without its data and stays listed', async () => {
  await using api = await openApi();
  await publish(api);

  const answer = await erase(api);

  const dataErasedAt = new Date(api.now()).toISOString();
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { id: 'e-1', dataErasedAt });
  const shown = (await api.call({ url: '/v1/events/e-1' })).json<Record<string, unknown>>();
  assert.deepEqual(
    [shown['data'], shown['dataBytes'], shown['dataErasedAt'], shown['key']],
    [null, 0, dataErasedAt, 'k'],
  );
  const list = (await api.call({ url: '/v1/events' })).json<{ data: { dataErasedAt: string }[] }>();
  assert.deepEqual(
    list.data.map((each) => each.dataErasedAt),
    [dataErasedAt],
  );
});

test('erasing again is the same answer, also later', async () => {
  await using api = await openApi();
  await publish(api);
  const first = await erase(api);

  api.wait(60_000);
  const again = await erase(api);

  assert.deepEqual([again.statusCode, again.body], [first.statusCode, first.body]);
});

test('what was pending is cancelled, its owner is told, and it cannot be retried', async () => {
  await using api = await openApi();
  await publish(api, 3);

  await erase(api);

  const list = await api.call({ url: '/v1/deliveries?eventId=e-1' });
  const { data } = list.json<{ data: Delivery[] }>();
  assert.deepEqual(
    data.map(({ state, reason }) => [state, reason]),
    Array.from({ length: 3 }, () => ['cancelled', 'data_erased']),
  );
  assert.equal(api.changes.length, 3);
  const retry = await api.call({ method: 'POST', url: `/v1/deliveries/${data[0]?.id}/retry` });
  assert.equal(retry.json<{ code: string }>().code, 'wrong_state');
});

test('an event that is not there, or is another tenant’s, is not found', async () => {
  await using api = await openApi();
  await publish(api);
  await api.call({ method: 'PUT', url: '/v1/tenants/acme', body: {} });

  const unknown = await erase(api, '/v1/events/nothing/data', 'default');
  const foreign = await erase(api, '/v1/events/e-1/data', 'acme');

  assert.deepEqual([unknown.statusCode, foreign.statusCode], [404, 404]);
  const shown = await api.call({ url: '/v1/events/e-1', tenant: 'default' });
  assert.deepEqual(shown.json<{ data: unknown }>().data, { name: 'Ada' });
});

test('a key that may only read or publish may not erase', async () => {
  await using api = await openApi();
  await publish(api);
  const text = 'ph_reader-0123456789-0123456789-0123';
  const key = await api.grant({ tenantId: 'default', scopes: ['read', 'events:write'], text });

  const answer = await api.call({ method: 'DELETE', url: '/v1/events/e-1/data', key });

  assert.equal(answer.statusCode, 403);
});
