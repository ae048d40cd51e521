import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const url = 'https://receiver.example/done?job=1';
const secretPath = (tenant: string): string => `/v1/tenants/${tenant}/callback-secret`;

async function publish(api: OpenedApi, callback: object, tenant?: string) {
  const body = { type: 'task.completed', data: 1, callback };
  return api.call({ url: '/v1/events', body, ...(tenant === undefined ? {} : { tenant }) });
}

async function putTenants(api: OpenedApi): Promise<void> {
  for (const id of ['default', 'acme', 'globex']) {
    await api.call({ method: 'PUT', url: `/v1/tenants/${id}`, body: {} });
  }
}

const wrong = [
  ['no URL', { secret }, '/callback/url', 'validation_failed'],
  ['a secret that is none', { url, secret: 'too-short' }, '/callback/secret', 'validation_failed'],
  ['no types at all', { url, types: [] }, '/callback/types', 'validation_failed'],
  ['a header of ours', { url, headers: { 'webhook-id': 'x' } }, '/callback/headers/webhook-id'],
  ['a private address', { url: 'http://10.0.0.1/' }, '/callback/url', 'address_forbidden'],
  ['our own machine', { url: 'http://127.0.0.1:1/' }, '/callback/url', 'address_forbidden'],
  ['another scheme', { url: 'ftp://receiver.example/' }, '/callback/url', 'address_forbidden'],
] as const;
for (const [what, callback, pointer, code = 'validation_failed'] of wrong) {
  test(`a callback with ${what} is refused, and its event with it`, async () => {
    await using api = await openApi();

    const answer = await publish(api, callback);

    assert.equal(answer.statusCode, 422);
    const problem = answer.json<{ code: string; errors: { pointer: string }[] }>();
    assert.deepEqual([problem.code, problem.errors[0]?.pointer], [code, pointer]);
    const events = await api.call({ url: '/v1/events' });
    assert.deepEqual(events.json<{ data: unknown[] }>().data, []);
  });
}

test('a delivery shows where its callback leads and nothing else that it brought', async () => {
  await using api = await openApi();
  const headers = { 'x-token': 'a planted value' };
  const accepted = await publish(api, { url, secret, headers });

  const list = await api.call({ url: '/v1/deliveries' });

  assert.deepEqual(accepted.json<{ callback: unknown }>().callback, { signedWith: 'callback' });
  const [delivery] = list.json<{ data: { id: string; webhookUrl: string }[] }>().data;
  assert.equal(delivery?.webhookUrl, 'https://receiver.example/done?job=••••');
  const one = await api.call({ url: `/v1/deliveries/${delivery?.id}` });
  assert.deepEqual(one.json(), delivery);
  for (const { body } of [list, one]) {
    assert.equal(body.includes(secret) || body.includes(headers['x-token']), false);
  }
});

test('a delivery to an endpoint shows the URL that the endpoint has now', async () => {
  await using api = await openApi();
  const made = await api.call({ url: '/v1/endpoints', body: { url, types: ['*'] } });
  await api.call({ url: '/v1/events', body: { type: 'a', data: 1 } });
  const { id } = made.json<{ id: string }>();
  const moved = 'https://receiver.example/moved';
  await api.call({ method: 'PATCH', url: `/v1/endpoints/${id}`, body: { url: moved } });

  const list = await api.call({ url: '/v1/deliveries' });

  assert.equal(list.json<{ data: { webhookUrl: string }[] }>().data[0]?.webhookUrl, moved);
});

test('nobody sees or changes the hidden endpoint of a callback', async () => {
  await using api = await openApi();
  await publish(api, { url });
  const list = await api.call({ url: '/v1/deliveries' });
  const { endpointId } = list.json<{ data: { endpointId: string }[] }>().data[0] ?? {};
  const path = `/v1/endpoints/${endpointId}`;

  const statuses = [
    await api.call({ url: path }),
    await api.call({ url: `${path}/secret` }),
    await api.call({ url: `${path}/disable`, method: 'POST' }),
    await api.call({ url: path, method: 'DELETE' }),
    await api.call({ url: path, method: 'PATCH', body: { description: 'x' } }),
  ].map(({ statusCode }) => statusCode);

  assert.ok(endpointId !== undefined);
  assert.deepEqual(statuses, [404, 404, 404, 404, 404]);
  const endpoints = await api.call({ url: '/v1/endpoints' });
  assert.deepEqual(endpoints.json<{ data: unknown[] }>().data, []);
});

test('the callback secret of a tenant is made once, and another one for each tenant', async () => {
  await using api = await openApi();
  await putTenants(api);

  const first = await api.call({ url: secretPath('acme') });
  const again = await api.call({ url: secretPath('acme') });
  const other = await api.call({ url: secretPath('globex') });

  const text = first.json<{ secret: string }>().secret;
  assert.match(text, /^whsec_/);
  assert.equal(Buffer.from(text.slice('whsec_'.length), 'base64').length, 32);
  assert.deepEqual(again.json(), first.json());
  assert.notDeepEqual(other.json(), first.json());
  const tenant = await api.call({ url: '/v1/tenants/acme' });
  assert.equal(tenant.body.includes('whsec_'), false);
});

test('renaming a tenant leaves its callback secret', async () => {
  await using api = await openApi();
  await putTenants(api);
  const before = await api.call({ url: secretPath('acme') });

  await api.call({ method: 'PUT', url: '/v1/tenants/acme', body: { name: 'Acme Inc.' } });

  assert.deepEqual((await api.call({ url: secretPath('acme') })).json(), before.json());
});

const readers = [
  ['its own tenant', 'acme', 'secrets', 200],
  ['another tenant', 'globex', 'secrets', 404],
  ['a tenant that does not exist', 'nobody', 'secrets', 404],
  ['its own tenant, without the scope', 'acme', 'manage', 403],
] as const;
for (const [what, tenant, scope, status] of readers) {
  test(`a key that asks for the callback secret of ${what} gets ${status}`, async () => {
    await using api = await openApi();
    await putTenants(api);
    const text = 'ph_acme-0123456789-0123456789-0123';
    const key = await api.grant({ tenantId: 'acme', scopes: [scope], text });

    const answer = await api.call({ url: secretPath(tenant), key });

    assert.equal(answer.statusCode, status);
  });
}

test('an event repeated under its idempotency key has one callback', async () => {
  await using api = await openApi();
  const request = {
    url: '/v1/events',
    body: { type: 'task.completed', data: 1, callback: { url } },
    headers: { 'idempotency-key': 'k' },
  };

  const [first, again] = [await api.call(request), await api.call(request)];

  assert.deepEqual(again.json(), first.json());
  assert.deepEqual(first.json<{ callback: unknown }>().callback, { signedWith: 'tenant' });
  const list = await api.call({ url: '/v1/deliveries' });
  assert.equal(list.json<{ data: unknown[] }>().data.length, 1);
});

test('of a batch each event has its own callback, and one refused leaves the others', async () => {
  await using api = await openApi();
  const events = [url, 'http://10.0.0.1/', `${url}&n=2`].map((to) => ({
    type: 'task.completed',
    data: 1,
    callback: { url: to },
  }));

  const answer = await api.call({ url: '/v1/events/batch', body: { events } });

  const { results } = answer.json<{
    results: { error?: { code: string }; callback?: unknown }[];
  }>();
  assert.deepEqual(
    results.map(({ error, callback }) => error?.code ?? callback),
    [{ signedWith: 'tenant' }, 'address_forbidden', { signedWith: 'tenant' }],
  );
});
