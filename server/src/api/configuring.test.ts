import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Shown = {
  id: string;
  secret: string;
  status: string;
  headers: Record<string, string>;
  retry: unknown;
  timeoutMs: number;
  description: string;
  metadata: unknown;
  subscriptions: { id: string; types: string[] }[];
  warnings: { code: string }[];
};
type Problem = { code: string; detail: string; errors?: { pointer: string; message: string }[] };

const url = 'https://example.com/hook';

async function made(api: OpenedApi, more: Record<string, unknown> = {}): Promise<Shown> {
  const answer = await api.call({ url: '/v1/endpoints', body: { url, ...more } });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<Shown>();
}

test('a new endpoint shows its secret once and warns when it will get nothing', async () => {
  await using api = await openApi();

  const endpoint = await made(api);

  assert.match(endpoint.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(
    endpoint.warnings.map((each) => each.code),
    ['receives_nothing'],
  );
  const shown = await api.call({ url: `/v1/endpoints/${endpoint.id}` });
  assert.ok(!shown.body.includes('whsec_'), shown.body);
  assert.equal(shown.headers.etag, '"1"');
});

test('types make the first subscription', async () => {
  await using api = await openApi();

  const endpoint = await made(api, { types: ['task.*'], order: 'key' });

  assert.deepEqual(endpoint.warnings, []);
  const { data } = (await api.call({ url: '/v1/subscriptions' })).json<{ data: unknown[] }>();
  assert.deepEqual(data, endpoint.subscriptions);
});

test('the values of custom headers are masked wherever an endpoint is shown', async () => {
  await using api = await openApi();

  const { id } = await made(api, { headers: { 'X-Token': 'hush-hush' } });

  for (const path of [`/v1/endpoints/${id}`, '/v1/endpoints']) {
    const shown = await api.call({ url: path });
    assert.ok(shown.body.includes('X-Token') && !shown.body.includes('hush-hush'), shown.body);
  }
});

const refused: [because: string, body: Record<string, unknown>, code: string, at: string][] = [
  ['a private address', { url: 'http://192.168.0.1/' }, 'address_forbidden', '/url'],
  ['no URL', { url: 'nowhere' }, 'address_forbidden', '/url'],
  ['the URL left out', {}, 'validation_failed', '/url'],
  ['a time-out past the limit', { url, timeoutMs: 60_001 }, 'validation_failed', '/timeoutMs'],
  [
    'a header we set',
    { url, headers: { 'webhook-id': 'x' } },
    'validation_failed',
    '/headers/webhook-id',
  ],
  [
    'a line break in a header',
    { url, headers: { 'X-A': 'b\r\nX-Evil: 1' } },
    'validation_failed',
    '/headers/X-A',
  ],
  ['a header that is no text', { url, headers: { 'X-A': 1 } }, 'validation_failed', '/headers/X-A'],
  ['a pattern in the middle', { url, types: ['a.*.b'] }, 'validation_failed', '/types/0'],
  [
    'a filter that does not parse',
    { url, types: ['*'], filter: 'data.' },
    'validation_failed',
    '/filter',
  ],
  ['a secret that is no base64', { url, secret: 'my own secret' }, 'validation_failed', '/secret'],
  ['a retry policy of no kind', { url, retry: { kind: 'never' } }, 'validation_failed', '/retry'],
  [
    'too many attempts',
    { url, retry: { kind: 'schedule', delaysMs: Array(50).fill(1) } },
    'validation_failed',
    '/retry/delaysMs',
  ],
  ['a field nobody knows', { url, colour: 'red' }, 'validation_failed', '/colour'],
  [
    'metadata that is too long',
    { url, metadata: { a: 'x'.repeat(limits.metadataBytes) } },
    'validation_failed',
    '/metadata',
  ],
];
for (const [because, body, code, at] of refused) {
  test(`an endpoint is refused: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: '/v1/endpoints', body });

    const problem = answer.json<Problem>();
    assert.equal(answer.statusCode, 422, answer.body);
    assert.equal(problem.code, code);
    const pointers = problem.errors?.map((each) => each.pointer) ?? [];
    assert.ok(pointers.includes(at), answer.body);
  });
}

test('a forbidden address names its rule and both ways out', async () => {
  await using api = await openApi();

  const answer = await api.call({ url: '/v1/endpoints', body: { url: 'http://10.1.2.3/' } });

  const { detail } = answer.json<Problem>();
  assert.match(detail, /rule: private/);
  assert.match(detail, /--allow-address/);
  assert.match(detail, /posthorn listen/);
});

test('a patch changes what it names, null is the default, the rest stays', async () => {
  await using api = await openApi();
  const { id } = await made(api, { description: 'a', timeoutMs: 2_000, metadata: { a: 1, b: 2 } });

  const answer = await api.call({
    method: 'PATCH',
    url: `/v1/endpoints/${id}`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { timeoutMs: null, metadata: { a: null, c: 3 } },
  });

  const shown = answer.json<Shown>();
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.headers.etag, '"2"');
  assert.deepEqual(shown.metadata, { b: 2, c: 3 });
  assert.deepEqual([shown.description, shown.timeoutMs], ['a', limits.attemptMs]);
});

test('a patch keeps headers it does not name, with their true values', async () => {
  await using api = await openApi();
  const { id } = await made(api, { headers: { 'X-A': 'one', 'X-B': 'two' } });

  await api.call({
    method: 'PATCH',
    url: `/v1/endpoints/${id}`,
    body: { headers: { 'X-A': null, 'X-C': 'three' } },
  });

  const stored = api.mirror.get('endpoint', null, id)?.value.headers;
  assert.deepEqual(stored, [
    ['X-B', 'two'],
    ['X-C', 'three'],
  ]);
});

test('a retry policy of another kind replaces the whole policy', async () => {
  await using api = await openApi();
  const { id } = await made(api);
  const retry = { kind: 'exponential', initialMs: 10, factor: 2, maxDelayMs: 100, maxAttempts: 3 };

  const answer = await api.call({ method: 'PATCH', url: `/v1/endpoints/${id}`, body: { retry } });

  assert.deepEqual(answer.json<Shown>().retry, { ...retry, jitter: 0.1 });
});

test('a patch that would leave something invalid is refused', async () => {
  await using api = await openApi();
  const { id } = await made(api);
  const patch = (body: unknown) => api.call({ method: 'PATCH', url: `/v1/endpoints/${id}`, body });

  const answers = await Promise.all([
    patch({ url: null }),
    patch({ secret: 'x' }),
    patch({ id: 'y' }),
  ]);

  const pointers = answers.map((answer) => answer.json<Problem>().errors?.[0]?.pointer);
  assert.deepEqual(pointers, ['/url', '/secret', '/id']);
});

test('If-Match lets a change through only from the version it names', async () => {
  await using api = await openApi();
  const { id } = await made(api);
  const patch = (etag: string, description: string) =>
    api.call({
      method: 'PATCH',
      url: `/v1/endpoints/${id}`,
      headers: { 'if-match': etag },
      body: { description },
    });

  const answers = [await patch('"1"', 'a'), await patch('"1"', 'b'), await patch('*', 'c')];

  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 412, 200],
  );
});

test('changes made at the same time are all made', async () => {
  await using api = await openApi();
  const { id } = await made(api);
  const patch = (body: unknown) => api.call({ method: 'PATCH', url: `/v1/endpoints/${id}`, body });

  await Promise.all([patch({ description: 'a' }), patch({ timeoutMs: 3_000 })]);

  const shown = (await api.call({ url: `/v1/endpoints/${id}` })).json<Shown>();
  assert.deepEqual([shown.description, shown.timeoutMs], ['a', 3_000]);
});

test('a rotated secret comes with the one before it until the overlap ends', async () => {
  await using api = await openApi();
  const { id, secret } = await made(api);
  const show = async () =>
    (await api.call({ url: `/v1/endpoints/${id}/secret` })).json<{
      secret: string;
      previous: { secret: string; endsAt: string } | null;
    }>();

  await api.call({ url: `/v1/endpoints/${id}/secret/rotate`, body: { overlapMs: 1_000 } });

  const during = await show();
  api.wait(1_000);
  const after = await show();
  assert.notEqual(during.secret, secret);
  assert.equal(during.previous?.secret, secret);
  assert.deepEqual(after, { secret: during.secret, publicKey: null, previous: null });
});

test('a rotation without a body makes a secret that overlaps for a day', async () => {
  await using api = await openApi();
  const { id } = await made(api);

  const answer = await api.call({ method: 'POST', url: `/v1/endpoints/${id}/secret/rotate` });

  const { previous } = answer.json<{ previous: { endsAt: string } }>();
  assert.equal(Date.parse(previous.endsAt) - api.now(), limits.secretOverlapMs);
});

test('pause holds, resume goes on, disable ends, and a disabled one cannot be paused', async () => {
  await using api = await openApi();
  const { id } = await made(api);
  const to = async (verb: string) => {
    const answer = await api.call({ method: 'POST', url: `/v1/endpoints/${id}/${verb}` });
    return answer.statusCode === 200 ? answer.json<Shown>().status : answer.json<Problem>().code;
  };

  const seen = [await to('pause'), await to('resume'), await to('disable')];
  const after = [await to('pause'), await to('resume')];

  assert.deepEqual(seen, ['paused', 'active', 'disabled']);
  assert.deepEqual(after, ['wrong_state', 'active']);
});

test('a disabled endpoint waits until what waited for it has ended', async () => {
  await using api = await openApi();
  const { id } = await made(api, { types: ['*'] });
  await api.call({ url: '/v1/events', body: { type: 'a', data: 1 } });
  await api.call({ method: 'POST', url: `/v1/endpoints/${id}/disable` });

  const answer = await api.call({ method: 'POST', url: `/v1/endpoints/${id}/resume` });

  assert.equal(answer.json<Problem>().code, 'endpoint_settling');
  assert.equal(answer.headers['retry-after'], '1');
});

test('a deleted endpoint is gone for everybody, with its subscriptions', async () => {
  await using api = await openApi();
  const { id } = await made(api, { types: ['*'] });

  const deleted = await api.call({ method: 'DELETE', url: `/v1/endpoints/${id}` });

  assert.equal(deleted.statusCode, 204);
  assert.equal((await api.call({ url: `/v1/endpoints/${id}` })).statusCode, 404);
  for (const list of ['endpoints', 'subscriptions']) {
    const { data } = (await api.call({ url: `/v1/${list}` })).json<{ data: unknown[] }>();
    assert.deepEqual(data, []);
  }
  const event = await api.call({ url: '/v1/events', body: { type: 'a', data: 1 } });
  assert.equal(event.json<{ deliveryCount: number }>().deliveryCount, 0);
});

test('an endpoint made twice under one idempotency key is one, shown the same', async () => {
  await using api = await openApi();
  const post = () =>
    api.call({ url: '/v1/endpoints', body: { url }, headers: { 'idempotency-key': 'k' } });

  const first = await post();
  const again = await post();

  assert.equal(again.body, first.body);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(api.mirror.list('endpoint', null).length, 1);
});

test('a subscription can be made, read, changed and ended', async () => {
  await using api = await openApi();
  const { id: endpointId } = await made(api);
  const body = { endpointId, types: ['task.*'], filter: 'data.n > 1', entity: { type: 'contact' } };

  const created = await api.call({ url: '/v1/subscriptions', body });

  const { id } = created.json<{ id: string }>();
  const at = `/v1/subscriptions/${id}`;
  assert.equal(created.statusCode, 201, created.body);
  const patched = await api.call({
    method: 'PATCH',
    url: at,
    body: { filter: null, order: 'key' },
  });
  const {
    createdAt: _1,
    updatedAt: _2,
    ...shown
  } = (await api.call({ url: at })).json<Record<string, unknown>>();
  assert.equal(patched.headers.etag, '"2"');
  assert.deepEqual(shown, {
    id,
    tenantId: 'default',
    endpointId,
    types: ['task.*'],
    filter: null,
    entity: { type: 'contact', id: null },
    order: 'key',
    fields: null,
    coalesce: null,
    claimCheck: false,
    ack: null,
  });
  assert.equal((await api.call({ method: 'DELETE', url: at })).statusCode, 204);
  assert.equal((await api.call({ url: at })).statusCode, 404);
});

test('a subscription needs an endpoint that exists', async () => {
  await using api = await openApi();

  const body = { endpointId: 'ep_none', types: ['*'] };
  const answer = await api.call({ url: '/v1/subscriptions', body });

  assert.equal(answer.json<Problem>().errors?.[0]?.pointer, '/endpointId');
});
