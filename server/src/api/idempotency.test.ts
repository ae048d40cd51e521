import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const keyBody = { name: 'ci', scopes: ['read'] };

async function keyCount(api: OpenedApi): Promise<number> {
  const list = await api.call({ url: '/v1/keys?limit=500' });
  return list.json<{ data: unknown[] }>().data.length;
}

async function putTenants(api: OpenedApi, ...ids: string[]): Promise<void> {
  for (const id of ids) await api.call({ method: 'PUT', url: `/v1/tenants/${id}`, body: {} });
}

test('an access key made twice under one idempotency key is one, with the same text', async () => {
  await using api = await openApi();
  const before = await keyCount(api);
  const request = { url: '/v1/keys', body: keyBody, headers: { 'idempotency-key': 'k' } };

  const [first, again] = [await api.call(request), await api.call(request)];
  const other = await api.call({ ...request, body: { ...keyBody, name: 'another' } });

  assert.equal(first.statusCode, 201);
  assert.deepEqual(again.json(), first.json());
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(other.json<{ code: string }>().code, 'idempotency_conflict');
  assert.equal((await keyCount(api)) - before, 1);
});

test('a tenant made twice under one idempotency key is no conflict', async () => {
  await using api = await openApi();
  const request = { url: '/v1/tenants', body: { id: 'acme' }, headers: { 'idempotency-key': 'k' } };

  const [first, again] = [await api.call(request), await api.call(request)];
  const without = await api.call({ url: '/v1/tenants', body: { id: 'acme' } });

  assert.deepEqual([first.statusCode, again.statusCode], [201, 201]);
  assert.deepEqual(again.json(), first.json());
  assert.equal(without.json<{ code: string }>().code, 'already_exists');
});

test('an operator needs to name no tenant for what is no tenant’s', async () => {
  await using api = await openApi();
  await putTenants(api, 'acme', 'globex');
  const headers = { 'idempotency-key': 'k' };

  const tenant = await api.call({ url: '/v1/tenants', body: { id: 'initech' }, headers });
  const key = await api.call({ url: '/v1/keys', body: { ...keyBody, tenantId: null }, headers });

  assert.deepEqual([tenant.statusCode, key.statusCode], [201, 201]);
});

test('one idempotency key under two tenants makes two access keys', async () => {
  await using api = await openApi();
  await putTenants(api, 'acme', 'globex');
  const request = { url: '/v1/keys', body: keyBody, headers: { 'idempotency-key': 'k' } };

  const made = [
    await api.call({ ...request, tenant: 'acme' }),
    await api.call({ ...request, tenant: 'globex' }),
  ];

  assert.deepEqual(
    made.map((each) => each.json<{ tenantId: string }>().tenantId),
    ['acme', 'globex'],
  );
});

test('the answer of one caller is not given to another with the same key', async () => {
  await using api = await openApi();
  await putTenants(api, 'acme', 'globex');
  const request = { url: '/v1/keys', body: keyBody, headers: { 'idempotency-key': 'k' } };
  const admins = ['acme', 'globex'].map(async (tenantId) =>
    api.grant({ tenantId, scopes: ['admin'], text: `ph_${tenantId}-0123456789-0123456789-0123` }),
  );

  const made = [];
  for (const key of await Promise.all(admins)) made.push(await api.call({ ...request, key }));

  const texts = made.map((each) => each.json<{ key: string }>().key);
  assert.equal(new Set(texts).size, 2);
});
