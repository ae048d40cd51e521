import assert from 'node:assert/strict';
import test from 'node:test';
import { later } from '../core/instant.ts';
import type { Scope } from '../core/tenant.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const acmeKey = 'ph_acme-0123456789-0123456789-abcdef';
const globexKey = 'ph_globex-0123456789-0123456789-abcd';

async function withTenants(scopes: Scope[] = ['admin']): Promise<OpenedApi> {
  const api = await openApi();
  for (const id of ['acme', 'globex']) {
    await api.call({ method: 'PUT', url: `/v1/tenants/${id}` });
  }
  await api.grant({ tenantId: 'acme', scopes, text: acmeKey });
  await api.grant({ tenantId: 'globex', scopes: ['admin'], text: globexKey });
  return api;
}

const task = { type: 'task.completed', data: 1 };

const keys: [because: string, headers: Record<string, string>][] = [
  ['no key', {}],
  ['another scheme', { authorization: 'Basic cGg6eA==' }],
  ['a key that was never made', { authorization: 'Bearer ph_0123456789012345678901234567890123' }],
  ['text that is no key', { authorization: 'Bearer x' }],
];
for (const [because, headers] of keys) {
  test(`nobody gets in with ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: '/v1/endpoints', key: null, headers });

    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  });
}

test('a key stops working at the moment it expires', async () => {
  await using api = await withTenants();
  const text = 'ph_short-0123456789-0123456789-abcde';
  const expiresAt = later(api.now(), 1_000);
  await api.grant({ tenantId: 'acme', scopes: ['read'], text, expiresAt });
  const read = async () => (await api.call({ url: '/v1/endpoints', key: text })).statusCode;

  const before = await read();
  api.wait(1_000);
  const after = await read();

  assert.deepEqual([before, after], [200, 401]);
});

test('a deleted key stops working at once', async () => {
  await using api = await withTenants();
  const body = { name: 'ci', scopes: ['read'], tenantId: 'acme' };
  const made = await api.call({ url: '/v1/keys', body });
  const { id, key } = made.json<{ id: string; key: string }>();
  const read = async () => (await api.call({ url: '/v1/endpoints', key })).statusCode;

  const before = await read();
  const deleted = await api.call({ method: 'DELETE', url: `/v1/keys/${id}` });
  const after = await read();

  assert.deepEqual([before, deleted.statusCode, after], [200, 204, 401]);
});

test('the text of a key is shown once and nowhere else', async () => {
  await using api = await openApi();
  const body = { name: 'ci', scopes: ['read'], tenantId: null };

  const made = await api.call({ url: '/v1/keys', body });

  const { key, hint } = made.json<{ key: string; hint: string }>();
  assert.match(key, /^ph_[\w-]{43}$/);
  assert.equal(hint, key.slice(-4));
  const list = await api.call({ url: '/v1/keys' });
  assert.ok(!list.body.includes(key) && !list.body.includes('digest'), list.body);
});

const scoped: [scope: Scope, method: 'GET' | 'POST', url: string, body: unknown, status: number][] =
  [
    ['read', 'POST', '/v1/events', task, 403],
    ['events:write', 'POST', '/v1/events', task, 202],
    ['events:write', 'GET', '/v1/events', undefined, 403],
    ['read', 'GET', '/v1/events', undefined, 200],
    ['read', 'POST', '/v1/endpoints', { url: 'https://example.com' }, 403],
    ['manage', 'POST', '/v1/endpoints', { url: 'https://example.com' }, 201],
    ['manage', 'GET', '/v1/endpoints/ep_1/secret', undefined, 403],
    ['secrets', 'GET', '/v1/endpoints/ep_1/secret', undefined, 404],
    ['manage', 'POST', '/v1/keys', { name: 'a', scopes: ['admin'] }, 403],
    ['admin', 'POST', '/v1/tenants', { id: 'other' }, 403],
    ['admin', 'GET', '/metrics', undefined, 403],
    ['admin', 'POST', '/v1/events', task, 202],
  ];
for (const [scope, method, url, body, status] of scoped) {
  test(`a tenant's key for ${scope} gets ${status} from ${method} ${url}`, async () => {
    await using api = await withTenants([scope]);

    const answer = await api.call({ method, url, body, key: acmeKey });

    assert.equal(answer.statusCode, status, answer.body);
  });
}

test('a tenant cannot reach another by the header, nor learn whether it exists', async () => {
  await using api = await withTenants();
  const read = (tenant: string) => api.call({ url: '/v1/endpoints', key: acmeKey, tenant });

  const answers = await Promise.all(['globex', 'nobody', '*'].map(read));

  const codes = answers.map((answer) => answer.json<{ code: string }>().code);
  assert.deepEqual(codes, ['unknown_tenant', 'unknown_tenant', 'unknown_tenant']);
  assert.equal((await read('acme')).statusCode, 200);
});

test('what belongs to another tenant and what does not exist get the same answer', async () => {
  await using api = await withTenants();
  const body = { url: 'https://example.com', types: ['*'] };
  const made = await api.call({ url: '/v1/endpoints', key: globexKey, body });
  const { id, subscriptions } = made.json<{ id: string; subscriptions: { id: string }[] }>();
  await api.call({ url: '/v1/events', key: globexKey, body: { ...task, id: 'theirs' } });
  const foreign = [
    `/v1/endpoints/${id}`,
    `/v1/endpoints/${id}/secret`,
    `/v1/subscriptions/${subscriptions[0]?.id}`,
    '/v1/events/theirs',
  ];

  for (const url of foreign) {
    const theirs = await api.call({ url, key: acmeKey });
    const none = await api.call({ url: url.replace(/[^/]+(?=\/secret$|$)/, 'none'), key: acmeKey });
    const { requestId: _1, ...said } = theirs.json<Record<string, unknown>>();
    const { requestId: _2, ...saidOfNone } = none.json<Record<string, unknown>>();
    assert.equal(theirs.statusCode, 404, url);
    assert.deepEqual(said, saidOfNone);
  }
});

test('the operator means the default tenant only while it is the only one', async () => {
  await using api = await openApi();

  const before = await api.call({ url: '/v1/events', body: task });
  await api.call({ url: '/v1/tenants', body: { id: 'acme' } });
  const after = await api.call({ url: '/v1/events', body: task });
  const named = await api.call({ url: '/v1/events', body: task, tenant: 'default' });
  const unknown = await api.call({ url: '/v1/events', body: task, tenant: 'nobody' });

  assert.equal(before.statusCode, 202);
  assert.equal(after.json<{ code: string }>().code, 'tenant_required');
  assert.equal(named.statusCode, 202);
  assert.equal(unknown.json<{ code: string }>().code, 'unknown_tenant');
});

test('the operator reads across tenants with *, and writes to one', async () => {
  await using api = await withTenants();
  await api.call({ url: '/v1/events', key: acmeKey, body: task });
  await api.call({ url: '/v1/events', key: globexKey, body: task });

  const read = await api.call({ url: '/v1/events', tenant: '*' });
  const written = await api.call({ url: '/v1/events', tenant: '*', body: task });

  const owners = read.json<{ data: { tenantId: string }[] }>().data.map((each) => each.tenantId);
  assert.deepEqual(owners, ['globex', 'acme']);
  assert.equal(written.json<{ code: string }>().code, 'tenant_required');
});

test('putting a tenant twice makes one and changes nothing', async () => {
  await using api = await openApi();
  const put = (body?: unknown) =>
    api.call({ method: 'PUT', url: '/v1/tenants/acme', ...(body === undefined ? {} : { body }) });

  const answers = [await put(), await put(), await put({ name: 'Acme' })];

  assert.deepEqual(
    answers.map(({ statusCode, headers }) => [statusCode, headers.etag]),
    [
      [201, '"1"'],
      [200, '"1"'],
      [200, '"2"'],
    ],
  );
  const again = await api.call({ url: '/v1/tenants', body: { id: 'acme' } });
  assert.equal(again.json<{ code: string }>().code, 'already_exists');
});
