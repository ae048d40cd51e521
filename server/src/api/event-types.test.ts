import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInEventTypes } from '../core/built-in-event-types.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Problem = { code: string; errors?: { pointer: string; message: string }[] };
type Shown = { type: string; [field: string]: unknown };

const order = {
  type: 'object',
  required: ['id', 'total'],
  properties: { id: { type: 'string', pattern: '^ord_[a-z0-9]+$' }, total: { type: 'number' } },
};

async function put(api: OpenedApi, type: string, body: object, headers = {}) {
  return api.call({ method: 'PUT', url: `/v1/event-types/${type}`, body, headers });
}

async function publish(api: OpenedApi, type: string, data: unknown) {
  return api.call({ url: '/v1/events', body: { type, data } });
}

async function typesAt(api: OpenedApi, url: string) {
  const answer = await api.call({ url });
  const { data, nextCursor } = answer.json<{ data: Shown[]; nextCursor: string | null }>();
  return { types: data.map(({ type }) => type), nextCursor };
}

test('a type is registered once and replaced whole by the same request', async () => {
  await using api = await openApi();
  const made = await put(api, 'order.paid', { schema: order, description: 'Somebody paid.' });
  const replaced = await put(api, 'order.paid', { deprecated: true });

  const shown = await api.call({ url: '/v1/event-types/order.paid' });

  assert.deepEqual([made.statusCode, replaced.statusCode], [201, 200]);
  assert.equal(shown.headers.etag, '"2"');
  const { createdAt: _made, updatedAt: _changed, ...rest } = shown.json<Shown>();
  assert.deepEqual(rest, {
    type: 'order.paid',
    description: '',
    schema: null,
    sample: null,
    deprecated: true,
    retentionMs: null,
    registered: true,
    builtIn: false,
  });
});

test('POST makes a type and finds that it is there', async () => {
  await using api = await openApi();
  const body = { type: 'a', sample: { n: 1 } };

  const first = await api.call({ url: '/v1/event-types', body });
  const second = await api.call({ url: '/v1/event-types', body });

  assert.deepEqual(
    [first.statusCode, first.json<Shown>()['sample'], second.statusCode],
    [201, { n: 1 }, 409],
  );
});

test('a merge patch changes what it names, from the version that If-Match names', async () => {
  await using api = await openApi();
  await put(api, 'a', { description: 'before', schema: order });
  const patch = (body: object, etag: string) =>
    api.call({
      method: 'PATCH',
      url: '/v1/event-types/a',
      body,
      headers: { 'if-match': etag, 'content-type': 'application/merge-patch+json' },
    });

  const stale = await patch({ description: 'after' }, '"7"');
  const done = await patch({ schema: { required: null } }, '"1"');

  assert.deepEqual([stale.statusCode, done.statusCode], [412, 200]);
  const { required: _, ...rest } = order;
  assert.deepEqual(
    [done.json<Shown>()['schema'], done.json<Shown>()['description']],
    [rest, 'before'],
  );
});

test('a PUT that expects a version makes nothing new', async () => {
  await using api = await openApi();

  const answer = await put(api, 'a', {}, { 'if-match': '"1"' });

  assert.equal(answer.statusCode, 412);
});

const wrong: [because: string, type: string, body: object, pointer: string][] = [
  ['the name is reserved', 'posthorn.mine', {}, '/type'],
  ['the name has a space', 'a%20b', {}, '/type'],
  ['a keyword is malformed', 'a', { schema: { type: 'strin' } }, '/schema/type'],
  [
    'a reference leaves the schema',
    'a',
    { schema: { $ref: 'https://x.example/s' } },
    '/schema/$ref',
  ],
  ['a pattern looks ahead', 'a', { schema: { pattern: '(?=a)' } }, '/schema/pattern'],
  ['the sample does not fit', 'a', { schema: order, sample: { id: 'ord_1' } }, '/sample/total'],
  ['it would be kept too shortly', 'a', { retentionMs: 1_000 }, '/retentionMs'],
];
for (const [because, type, body, pointer] of wrong) {
  test(`a type is refused and the place named when ${because}`, async () => {
    await using api = await openApi();

    const answer = await put(api, type, body);

    assert.equal(answer.statusCode, 422);
    assert.ok(
      answer.json<Problem>().errors?.some((each) => each.pointer === pointer),
      answer.body,
    );
  });
}

test('tenants read types, and only the operator says what they are', async () => {
  await using api = await openApi();
  await put(api, 'a', { description: 'shared' });
  const key = await api.grant({
    tenantId: 'acme',
    scopes: ['admin'],
    text: 'ph_acme-0123456789-acme',
  });

  const read = await api.call({ url: '/v1/event-types/a', key });
  const listed = await api.call({ url: '/v1/event-types', key });
  const answers = [
    await api.call({ method: 'PUT', url: '/v1/event-types/a', key, body: {} }),
    await api.call({ method: 'DELETE', url: '/v1/event-types/a', key }),
    await api.call({ url: '/v1/event-types?registered=false', key }),
  ];

  assert.equal(read.json<Shown>()['description'], 'shared');
  assert.equal(listed.statusCode, 200);
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [403, 403, 403],
  );
});

test('data that does not fit its type is refused, with each wrong place below /data', async () => {
  await using api = await openApi();
  await put(api, 'order.paid', { schema: order });

  const bad = await publish(api, 'order.paid', { id: 'x' });
  const good = await publish(api, 'order.paid', { id: 'ord_1', total: 1 });

  assert.equal(bad.statusCode, 422);
  const { code, errors } = bad.json<Problem>();
  assert.deepEqual(code, 'validation_failed');
  assert.deepEqual(errors, [
    { pointer: '/data/total', message: 'is required' },
    { pointer: '/data/id', message: 'must match the pattern ^ord_[a-z0-9]+$' },
  ]);
  assert.equal(good.statusCode, 202);
  const events = await api.call({ url: '/v1/events' });
  assert.equal(events.json<{ data: unknown[] }>().data.length, 1);
});

test('of a batch the event that does not fit is refused alone', async () => {
  await using api = await openApi();
  await put(api, 'order.paid', { schema: order });
  const events = [
    { type: 'order.paid', data: { id: 'ord_1', total: 1 } },
    { type: 'order.paid', data: 'no order' },
    { type: 'other', data: 'no order' },
  ];

  const answer = await api.call({ url: '/v1/events/batch', body: { events } });

  const { acceptedCount, results } = answer.json<{
    acceptedCount: number;
    results: { error?: Problem }[];
  }>();
  assert.equal(acceptedCount, 2);
  assert.deepEqual(results[1]?.error?.errors, [{ pointer: '/data', message: 'must be an object' }]);
});

test('a CloudEvent is held to its type too', async () => {
  await using api = await openApi();
  await put(api, 'order.paid', { schema: order });
  const about = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/s',
    'ce-type': 'order.paid',
  };
  const send = (type: string, raw: string) =>
    api.call({ url: '/v1/events', raw, headers: { ...about, 'content-type': type } });

  const bad = await send('application/json', '{"id":"ord_1"}');
  const foreign = await send('text/plain', 'an order');
  const good = await send('application/json', '{"id":"ord_1","total":2}');

  assert.deepEqual(
    [bad.statusCode, foreign.statusCode, good.statusCode],
    [422, 422, 202],
    [bad.body, foreign.body, good.body].join('\n'),
  );
});

test('a changed schema holds from the next event, none after its type is gone', async () => {
  await using api = await openApi();
  await put(api, 'a', { schema: { type: 'string' } });
  const first = await publish(api, 'a', 1);
  await put(api, 'a', { schema: { type: 'number' } });
  const second = await publish(api, 'a', 1);
  const gone = await api.call({ method: 'DELETE', url: '/v1/event-types/a' });
  const third = await publish(api, 'a', 'anything');

  const statuses = [first, second, gone, third].map(({ statusCode }) => statusCode);

  assert.deepEqual(statuses, [422, 202, 204, 202]);
});

test('where types are strict, an unknown one is refused', async () => {
  await using api = await openApi({}, { strictTypes: true });
  await put(api, 'known', {});

  const known = await publish(api, 'known', 1);
  const unknown = await publish(api, 'unknown', 1);

  assert.deepEqual([known.statusCode, unknown.statusCode], [202, 422]);
  assert.deepEqual(unknown.json<Problem>().code, 'unknown_event_type');
  assert.deepEqual(unknown.json<Problem>().errors?.[0]?.pointer, '/type');
});

test('types that were seen and not registered are listed, newest first', async () => {
  await using api = await openApi();
  await put(api, 'known', {});
  for (const type of ['a', 'known', 'b', 'c']) await publish(api, type, 1);

  const first = await typesAt(api, '/v1/event-types?registered=false&limit=2');
  const cursor = encodeURIComponent(first.nextCursor ?? '');
  const rest = await typesAt(api, `/v1/event-types?registered=false&limit=2&cursor=${cursor}`);

  assert.deepEqual([first.types, rest.types, rest.nextCursor], [['c', 'b'], ['a'], null]);
});

test('the list has every type once whatever the size of its pages', async () => {
  await using api = await openApi();
  for (const type of ['a', 'b', 'c']) await put(api, type, {});
  const whole = await typesAt(api, '/v1/event-types');

  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await typesAt(api, `/v1/event-types?limit=2${after}`);
    paged.push(...page.types);
    cursor = page.nextCursor;
  } while (cursor !== null);

  assert.deepEqual(whole.types.slice(0, 3), ['c', 'b', 'a']);
  const builtIn = builtInEventTypes.map(({ id }) => id).toReversed();
  assert.deepEqual(whole.types.slice(3), builtIn);
  assert.deepEqual(paged, whole.types);
});

test('who registers a type that is built in and open has the last word on it', async () => {
  await using api = await openApi();
  await put(api, 'task.completed', { description: 'Ours' });

  const read = await api.call({ url: '/v1/event-types/task.completed' });
  const { types } = await typesAt(api, '/v1/event-types');

  assert.partialDeepStrictEqual(read.json<Shown>(), { description: 'Ours', builtIn: false });
  assert.equal(types.filter((type) => type === 'task.completed').length, 1);
});

test('a built-in type can be read and not changed', async () => {
  await using api = await openApi();
  const url = '/v1/event-types/posthorn.delivery.dead';

  const read = await api.call({ url });
  const patched = await api.call({ method: 'PATCH', url, body: { description: 'mine' } });
  const deleted = await api.call({ method: 'DELETE', url });

  assert.equal(read.json<Shown>()['builtIn'], true);
  assert.deepEqual([patched.statusCode, deleted.statusCode], [409, 409]);
});
