import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Problem = { code: string; detail: string; errors?: { pointer: string; message: string }[] };
type Shown = { id: string; [field: string]: unknown };

const acme = '/v1/tenants/acme';
const url = 'https://receiver.example/in';

async function withAcme(): Promise<OpenedApi> {
  const api = await openApi();
  await api.call({ method: 'PUT', url: acme, body: { name: 'Acme' } });
  return api;
}

test('a merge patch changes what it names, from the version that If-Match names', async () => {
  await using api = await withAcme();
  const retentionMs = limits.retentionMinMs;
  const patch = (body: object, etag: string) =>
    api.call({ method: 'PATCH', url: acme, body, headers: { 'if-match': etag } });

  const stale = await patch({ name: 'Other' }, '"7"');
  const kept = await patch({ retentionMs }, '"1"');
  const unsaid = await patch({ retentionMs: null, name: null }, '"2"');

  assert.equal(stale.statusCode, 412);
  assert.deepEqual(
    [kept.json<Shown>()['name'], kept.json<Shown>()['retentionMs']],
    ['Acme', retentionMs],
  );
  assert.deepEqual(
    [unsaid.json<Shown>()['name'], unsaid.json<Shown>()['retentionMs']],
    ['acme', null],
  );
});

const wrong: [because: string, body: object, pointer: string][] = [
  ['its events would be kept too shortly', { retentionMs: 1 }, '/retentionMs'],
  ['a field is not known', { plan: 'gold' }, '/plan'],
  [
    'a contact is no endpoint of its own',
    { contacts: [{ endpointId: 'ep_1' }] },
    '/contacts/0/endpointId',
  ],
];
for (const [because, body, pointer] of wrong) {
  test(`a patch of a tenant is refused when ${because}`, async () => {
    await using api = await withAcme();

    const answer = await api.call({ method: 'PATCH', url: acme, body });

    assert.equal(answer.statusCode, 422);
    assert.deepEqual(answer.json<Problem>().errors?.[0]?.pointer, pointer);
  });
}

test('a deleted tenant takes all that is configured for it along, and no log', async () => {
  await using api = await withAcme();
  const key = await api.grant({
    tenantId: 'acme',
    scopes: ['admin'],
    text: 'ph_acme-0123456789-acme',
  });
  await api.call({ url: '/v1/endpoints', key, body: { url, types: ['*'] } });
  await api.call({ url: '/v1/events', key, body: { type: 'a', data: 1, callback: { url } } });

  const deleted = await api.call({ method: 'DELETE', url: acme });

  assert.equal(deleted.statusCode, 204);
  const after = [
    await api.call({ url: acme }),
    await api.call({ url: '/v1/endpoints', tenant: 'acme' }),
    await api.call({ url: '/v1/endpoints', key }),
    await api.call({ url: '/v1/events', tenant: '*' }),
  ];
  assert.deepEqual(
    after.map(({ statusCode }) => statusCode),
    [404, 404, 401, 200],
  );
  assert.equal(after[3]?.json<{ data: unknown[] }>().data.length, 1);
  const left = api.mirror.list('endpoint', null).map(({ value }) => value.status.is);
  assert.deepEqual(left, ['deleted', 'deleted']);
  assert.deepEqual(api.mirror.list('subscription', null), []);
});

test('the tenant default stays, and one that does not exist is unknown', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/tenants/default' });
  const remove = (id: string) => api.call({ method: 'DELETE', url: `/v1/tenants/${id}` });

  const codes = [await remove('default'), await remove('none')].map(
    (answer) => answer.json<Problem>().code,
  );

  assert.deepEqual(codes, ['wrong_state', 'unknown_tenant']);
});

test('a tenant is deleted from the version that If-Match names', async () => {
  await using api = await withAcme();
  const remove = (etag: string) =>
    api.call({ method: 'DELETE', url: acme, headers: { 'if-match': etag } });

  const statuses = [await remove('"9"'), await remove('"1"')].map(({ statusCode }) => statusCode);

  assert.deepEqual(statuses, [412, 204]);
});

test('a key is shown by its id, to its own tenant and the operator alone', async () => {
  await using api = await withAcme();
  const body = { name: 'ci', scopes: ['read', 'manage'], tenantId: 'acme' };
  const made = await api.call({ url: '/v1/keys', body });
  const { id, key: _text, ...rest } = made.json<Shown>();
  const foreign = await api.grant({
    tenantId: 'globex',
    scopes: ['admin'],
    text: 'ph_globex-0123456789-x',
  });

  const shown = await api.call({ url: `/v1/keys/${id}` });
  const hidden = await api.call({ url: `/v1/keys/${id}`, key: foreign });

  assert.deepEqual(shown.json(), { id, ...rest });
  assert.equal(hidden.statusCode, 404);
});

const makeKeys: [because: string, expiresAt: string | null, message: RegExp][] = [
  ['it has expired before it is made', '2001-01-01T00:00:00Z', /over already/],
  ['its time does not exist', '2030-13-01T00:00:00Z', /not a time that exists/],
  ['it would outlive the one that makes it', '2030-01-01T00:00:00Z', /your own key expires/],
  ['it would never expire, unlike the one that makes it', null, /your own key expires/],
];
for (const [because, expiresAt, message] of makeKeys) {
  test(`no key is made when ${because}`, async () => {
    await using api = await withAcme();
    const own = { tenantId: 'acme', text: 'ph_short-0123456789-short' };
    const key = await api.grant({
      ...own,
      scopes: ['admin'],
      expiresAt: later(api.now(), 3_600_000),
    });

    const answer = await api.call({
      url: '/v1/keys',
      key,
      body: { name: 'x', scopes: ['read'], expiresAt },
    });

    assert.equal(answer.statusCode, 422);
    const [error] = answer.json<Problem>().errors ?? [];
    assert.equal(error?.pointer, '/expiresAt');
    assert.match(error.message, message);
  });
}

const owners: [because: string, tenantId: string | null][] = [
  ['of another tenant', 'globex'],
  ['of the operator', null],
];
for (const [because, tenantId] of owners) {
  test(`a tenant makes no key ${because}`, async () => {
    await using api = await withAcme();
    await api.call({ method: 'PUT', url: '/v1/tenants/globex' });
    const key = await api.grant({
      tenantId: 'acme',
      scopes: ['admin'],
      text: 'ph_acme-0123456789-acme',
    });

    const answer = await api.call({
      url: '/v1/keys',
      key,
      body: { name: 'x', scopes: ['read'], tenantId },
    });

    assert.equal(answer.json<Problem>().code, 'unknown_tenant');
  });
}

test('a key that has expired is told so, with the time', async () => {
  await using api = await withAcme();
  const expiresAt = later(api.now(), 1_000);
  const key = await api.grant({
    tenantId: 'acme',
    scopes: ['read'],
    text: 'ph_brief-0123456789-b',
    expiresAt,
  });
  api.wait(1_000);

  const answer = await api.call({ url: '/v1/events', key });

  assert.equal(answer.statusCode, 401);
  const { detail } = answer.json<Problem>();
  assert.equal(detail, `This access key expired at ${new Date(expiresAt).toISOString()}.`);
});
