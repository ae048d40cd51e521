import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../core/limits.ts';
import type { Ingest } from '../ingest/new-event.ts';
import { openApi } from './contract/opened-api.ts';

const task = { type: 'task.completed', data: { taskId: 't-1' } };

test('an accepted event is answered with its id, as new', async () => {
  await using api = await openApi();

  const answer = await api.call({ url: '/v1/events', body: task });

  assert.equal(answer.statusCode, 202);
  const { id, ...rest } = answer.json<{ id: string }>();
  assert.match(id, /^evt_[0-9a-hjkmnp-tv-z]{26}$/);
  assert.deepEqual(rest, { duplicate: false, deliveryCount: 0 });
});

test('an event is planned for every endpoint that wants its type', async () => {
  await using api = await openApi();
  for (const types of [['task.*'], ['*'], ['context.updated']]) {
    await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types } });
  }

  const answer = await api.call({ url: '/v1/events', body: task });

  assert.equal(answer.json<{ deliveryCount: number }>().deliveryCount, 2);
});

const payloads: [because: string, data: string][] = [
  ['a number that no double holds', '12345678901234567890123'],
  ['key order and white space', '{ "b" : 1,\n "a": [ ] }'],
  ['escapes are not resolved', '"\\u0041\\/\\ud83d\\ude00"'],
  ['text beyond ASCII', '"ä😀\u2028"'],
  ['an exponent keeps its form', '1E400'],
  ['names that JavaScript reserves', '{"__proto__":{"a":1},"constructor":1}'],
  ['the same name twice, inside the data', '{"a":1,"a":2}'],
  ['a value that looks like the envelope', '{"type":"x","data":{"data":1}}'],
  ['null is data', 'null'],
  [`${limits.nesting} levels`, '['.repeat(limits.nesting) + ']'.repeat(limits.nesting)],
];
for (const [because, data] of payloads) {
  test(`data comes back byte for byte: ${because}`, async () => {
    await using api = await openApi();

    const raw = `{"type":"a.b", "data" : ${data} ,"id":"e-1"}`;
    const accepted = await api.call({ url: '/v1/events', raw });

    assert.equal(accepted.statusCode, 202, accepted.body);
    const shown = await api.call({ url: '/v1/events/e-1' });
    assert.ok(shown.body.endsWith(`,"data":${data}}`), shown.body);
    assert.equal(shown.json<{ dataBytes: number }>().dataBytes, Buffer.byteLength(data));
  });
}

test('a repeated id is a duplicate, and the answer says if the content is the same', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/events', body: { ...task, id: 'mine' } });

  const same = await api.call({ url: '/v1/events', body: { ...task, id: 'mine' } });
  const other = await api.call({ url: '/v1/events', body: { ...task, id: 'mine', data: 1 } });

  const repeated = { id: 'mine', duplicate: true, deliveryCount: 0 };
  assert.deepEqual(same.json(), { ...repeated, sameContent: true });
  assert.deepEqual(other.json(), { ...repeated, sameContent: false });
});

const broken: [because: string, raw: string | Buffer, status: number, code: string, at?: string][] =
  [
    ['not JSON', '{"type":', 400, 'invalid_json'],
    ['two values', '{"type":"a","data":1}{}', 400, 'invalid_json'],
    ['not UTF-8', Buffer.from('{"type":"a","data":"\xff"}', 'latin1'), 400, 'invalid_json'],
    ['no object', '[1]', 422, 'validation_failed', ''],
    ['no type', '{"data":1}', 422, 'validation_failed', '/type'],
    ['no data', '{"type":"a"}', 422, 'validation_failed', '/data'],
    ['a reserved type', '{"type":"posthorn.test","data":1}', 422, 'validation_failed', '/type'],
    ['a type with blanks', '{"type":"a b","data":1}', 422, 'validation_failed', '/type'],
    ['an unknown field', '{"type":"a","data":1,"dta":1}', 422, 'validation_failed', '/dta'],
    ['an id with a slash', '{"type":"a","data":1,"id":"a/b"}', 422, 'validation_failed', '/id'],
    [
      'no such day',
      '{"type":"a","data":1,"time":"2026-13-01T00:00:00Z"}',
      422,
      'validation_failed',
      '/time',
    ],
    ['a field twice', '{"type":"a","type":"b","data":1}', 422, 'validation_failed', '/type'],
    [
      'a control in the key',
      '{"type":"a","data":1,"key":"a\\n"}',
      422,
      'validation_failed',
      '/key',
    ],
    [
      'an entity without id',
      '{"type":"a","data":1,"entity":{"type":"c"}}',
      422,
      'validation_failed',
      '/entity/id',
    ],
    [
      'a private callback',
      '{"type":"a","data":1,"callback":{"url":"http://10.0.0.1/"}}',
      422,
      'address_forbidden',
      '/callback/url',
    ],
    [
      'too deep',
      `{"type":"a","data":${'['.repeat(200)}${']'.repeat(200)}}`,
      422,
      'validation_failed',
      '',
    ],
    [
      'a field named __proto__',
      '{"type":"a","data":1,"__proto__":{"id":"x"}}',
      422,
      'validation_failed',
      '/__proto__',
    ],
  ];
for (const [because, raw, status, code, at] of broken) {
  test(`an event is refused: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: '/v1/events', raw });

    const problem = answer.json<{ code: string; errors?: { pointer: string }[] }>();
    assert.equal(problem.code, code, answer.body);
    assert.equal(answer.statusCode, status);
    if (at !== undefined) assert.equal(problem.errors?.[0]?.pointer, at);
  });
}

test('an event over 1 MiB is refused with the limit, one of just 1 MiB is not', async () => {
  await using api = await openApi();
  const bytesOf = (count: number) => `{"type":"a","data":"${'x'.repeat(count - 2)}"}`;

  const just = await api.call({ url: '/v1/events', raw: bytesOf(limits.eventBytes) });
  const over = await api.call({ url: '/v1/events', raw: bytesOf(limits.eventBytes + 1) });
  const far = await api.call({ url: '/v1/events', raw: bytesOf(limits.eventBytes * 3) });

  assert.equal(just.statusCode, 202);
  assert.equal(over.statusCode, 413);
  assert.equal(far.statusCode, 413);
  assert.match(over.json<{ detail: string }>().detail, /1048576/);
});

test('a body of another content type is refused, JSON in UTF-8 is not', async () => {
  await using api = await openApi();
  const raw = JSON.stringify(task);
  const post = async (type: string) =>
    (await api.call({ url: '/v1/events', raw, headers: { 'content-type': type } })).statusCode;

  const answers = await Promise.all(
    ['text/plain', 'application/json; charset=latin1', 'Application/JSON; charset="UTF-8"'].map(
      post,
    ),
  );

  assert.deepEqual(answers, [415, 415, 202]);
});

test('a body that says it is compressed is refused, whatever it is', async () => {
  await using api = await openApi();

  const headers = { 'content-encoding': 'gzip' };
  const answer = await api.call({ url: '/v1/events', body: task, headers });

  assert.equal(answer.statusCode, 415);
});

test('a batch judges each event for itself and answers in order', async () => {
  await using api = await openApi();
  const events = [
    { ...task, id: 'a' },
    { type: 'x' },
    { ...task, id: 'b' },
    7,
    { ...task, id: 'a' },
  ];

  const answer = await api.call({ url: '/v1/events/batch', body: { events } });

  assert.equal(answer.statusCode, 202, answer.body);
  type Result = { id?: string; duplicate?: boolean; error?: { code: string; errors: unknown[] } };
  const { acceptedCount, rejectedCount, results } = answer.json<{
    acceptedCount: number;
    rejectedCount: number;
    results: Result[];
  }>();
  assert.deepEqual([acceptedCount, rejectedCount], [3, 2]);
  assert.deepEqual(
    results.map(({ id, duplicate, error }) => error?.code ?? [id, duplicate]),
    [['a', false], 'validation_failed', ['b', false], 'validation_failed', ['a', true]],
  );
  assert.deepEqual(results[1]?.error?.errors, [{ pointer: '/data', message: 'is required' }]);
});

const batches: [because: string, body: unknown][] = [
  ['no list', {}],
  ['no object', []],
  ['an empty list', { events: [] }],
  ['a list that is none', { events: {} }],
  ['over 1,000', { events: Array.from({ length: limits.batchEvents + 1 }, () => task) }],
  ['an unknown field', { events: [task], more: 1 }],
];
for (const [because, body] of batches) {
  test(`a batch is refused as a whole: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: '/v1/events/batch', body });

    assert.equal(answer.statusCode, 422, answer.body);
  });
}

test('an idempotency key gives the first answer again and has one effect', async () => {
  await using api = await openApi();
  const headers = { 'idempotency-key': '"k-1"' };

  const first = await api.call({ url: '/v1/events', body: task, headers });
  const again = await api.call({
    url: '/v1/events',
    body: task,
    headers: { 'idempotency-key': 'k-1' },
  });
  const other = await api.call({ url: '/v1/events', body: { ...task, data: 2 }, headers });

  assert.equal(again.statusCode, 202);
  assert.equal(again.body, first.body);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(other.json<{ code: string }>().code, 'idempotency_conflict');
  const events = await api.call({ url: '/v1/events' });
  assert.equal(events.json<{ data: unknown[] }>().data.length, 1);
});

test('an idempotency key that is empty or too long is refused', async () => {
  await using api = await openApi();
  const post = async (key: string) =>
    (await api.call({ url: '/v1/events', body: task, headers: { 'idempotency-key': key } }))
      .statusCode;

  const answers = await Promise.all([post('""'), post('x'.repeat(256)), post('x'.repeat(255))]);

  assert.deepEqual(answers, [400, 400, 202]);
});

test('a second request under a key that still runs is told to come again', async () => {
  const gate = Promise.withResolvers<void>();
  const ingest: Ingest = {
    accept: async () => {
      await gate.promise;
      return [{ is: 'failed', code: 'overloaded', detail: null }];
    },
  };
  await using api = await openApi({ ingest });
  const headers = { 'idempotency-key': 'k' };
  const post = () => api.call({ url: '/v1/events', body: task, headers });

  const first = post();
  const second = await post();
  gate.resolve();
  const { statusCode } = await first;

  assert.equal(second.json<{ code: string }>().code, 'idempotency_running');
  assert.equal(second.headers['retry-after'], '1');
  assert.equal(statusCode, 503);
  assert.equal((await post()).statusCode, 503, 'a failure is not kept');
});
