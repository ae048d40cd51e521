import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cloudEventAttributes, hasData } from '../../core/cloud-event-attributes.ts';
import { isJsonType } from '../../core/json-type.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { EventId, TenantId } from '../../core/ids.ts';
import { openApi } from '../contract/opened-api.ts';
import type { OpenedApi } from '../contract/opened-api.ts';

type Parsed = Record<string, unknown> & { data?: unknown; data_base64?: string };
type Vector = {
  name: string;
  headers: Record<string, string>;
  body: string;
  expect: 'valid' | 'invalid';
  reason: string;
  parsed?: Parsed[];
};

const file = new URL('../../../../testdata/vectors/cloudevents.json', import.meta.url);
const { cases, ...sections } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Vector[];
} & Record<string, unknown[]>;
const tenantId = 'default' as TenantId;

test('every case of the file is run', () => assert.equal(cases.length, 29));

/** Sections of the file that are not about an event's form. */
const elsewhere: [section: string, count: number, because: string][] = [
  ['headerEncoding', 6, 'what is sent is tested beside the destination'],
  ['handshake', 8, 'Posthorn asks no consent of endpoints: their owners add them by a key'],
  ['deliveryReplies', 9, 'every format is judged by status alike; 415 is tried again like others'],
];
for (const [section, count, because] of elsewhere) {
  test(`${section} is not run here (${count} cases): ${because}`, () => {
    assert.equal(sections[section]?.length, count);
  });
}

for (const path of ['/v1/events', '/v1/events/batch']) {
  for (const vector of cases) {
    if (path === '/v1/events/batch' && !vector.name.startsWith('batched')) continue;
    test(`${path} ${vector.name}: ${vector.reason}`, async () => {
      await using api = await openApi();

      const answer = await publish(api, vector, path);

      if (vector.expect === 'invalid') {
        assert.match(String(answer.statusCode), /^4\d\d$/, answer.body);
        assert.deepEqual(await storedEvents(api), []);
        return;
      }
      assert.equal(answer.statusCode, 202, answer.body);
      const stored = await storedEvents(api);
      assert.deepEqual(stored.map(parsedOf), vector.parsed?.map(withMillis));
    });
  }
}

/** The headers of the vector alone, no content type of our own. */
async function publish(api: OpenedApi, { headers, body }: Vector, url: string) {
  return api.app.inject({
    method: 'POST',
    url,
    headers: { authorization: 'Bearer ph_operator-0123456789-0123456789-abc', ...headers },
    ...(body === '' ? {} : { payload: body }),
  });
}

/** Oldest first. */
async function storedEvents(api: OpenedApi): Promise<StoredEvent[]> {
  const { rows } = await api.store.finder.events({ tenantId }, { before: null, limit: 50 });
  const events = rows.map(({ id }) => api.store.finder.event({ tenantId, id }));
  return (await Promise.all(events)).filter((each) => each !== null).toReversed();
}

function parsedOf(event: StoredEvent): Parsed {
  const parsed: Parsed = Object.fromEntries(cloudEventAttributes(event));
  if (!hasData(event)) return parsed;
  const bytes = Buffer.from(event.data);
  if (isJsonType(event.contentType)) return { ...parsed, data: JSON.parse(bytes.toString()) };
  if (event.contentType.startsWith('text/')) return { ...parsed, data: bytes.toString() };
  return { ...parsed, data_base64: bytes.toString('base64') };
}

function withMillis(parsed: Parsed): Parsed {
  return { ...parsed, time: new Date(String(parsed['time'])).toISOString() };
}

const structured = { 'content-type': 'application/cloudevents+json' };
const base = { specversion: '1.0', type: 'a.b', source: '/a', id: 'e-1' };

async function send(api: OpenedApi, event: unknown, headers: Record<string, string> = structured) {
  const raw = typeof event === 'string' ? event : JSON.stringify(event);
  return api.call({ url: '/v1/events', raw, headers });
}

test('one id from two sources is two events, each once', async () => {
  await using api = await openApi();

  const answers = [];
  for (const source of ['/a', '/b', '/a', '/b', '/c']) {
    answers.push((await send(api, { ...base, source })).json<{ id: string; duplicate: boolean }>());
  }

  assert.deepEqual(
    answers.map(({ duplicate }) => duplicate),
    [false, false, true, true, false],
  );
  assert.equal(answers[0]?.id, 'e-1');
  assert.equal(answers[1]?.id, answers[3]?.id);
  assert.equal(new Set(answers.map(({ id }) => id)).size, 3);
  const events = await storedEvents(api);
  assert.deepEqual(
    events.map(({ ceId, source }) => [ceId, source]),
    [
      ['e-1', '/a'],
      ['e-1', '/b'],
      ['e-1', '/c'],
    ],
  );
});

test('an id that cannot be ours becomes the same hash each time, and stays in ceId', async () => {
  await using api = await openApi();
  const event = { ...base, id: 'urn:uuid:ä 1' };

  const first = (await send(api, event)).json<{ id: string }>();
  const again = (await send(api, event)).json<{ id: string; duplicate: boolean }>();

  assert.match(first.id, /^evt_[\w-]{43}$/);
  assert.deepEqual([again.id, again.duplicate], [first.id, true]);
  const shown = (await api.call({ url: `/v1/events/${first.id}` })).json<{ ceId: string }>();
  assert.equal(shown.ceId, event.id);
});

test('attributes find their places, extensions the metadata', async () => {
  await using api = await openApi();
  const placed = { subject: 'c-7', partitionkey: 'k', entitytype: 'contact' };
  const chain = { correlationid: 'chain-1', causationid: 'x y' };

  await send(api, { ...base, ...placed, ...chain, retries: 3, urgent: true, gone: null });

  const shown = (await api.call({ url: '/v1/events/e-1' })).json<Record<string, unknown>>();
  assert.deepEqual(shown['entity'], { type: 'contact', id: 'c-7' });
  assert.deepEqual([shown['key'], shown['source']], ['k', '/a']);
  assert.deepEqual([shown['correlationId'], shown['causationId']], ['chain-1', null]);
  const metadata = { entitytype: 'contact', ...chain, retries: 3, urgent: true };
  assert.deepEqual(shown['metadata'], metadata);
});

const exact: [because: string, members: string, data: string, contentType: string][] = [
  [
    'large numbers',
    '"data":12345678901234567890123',
    '12345678901234567890123',
    'application/json',
  ],
  ['order and space', '"data": { "b":1, "a":[ ] }', '{ "b":1, "a":[ ] }', 'application/json'],
  ['a JSON text is JSON', '"data":"\\u0041"', '"\\u0041"', 'application/json'],
  [
    'a text of another type is itself',
    '"datacontenttype":"text/plain","data":"\\u0041"',
    'A',
    'text/plain',
  ],
  [
    'JSON of another type stays',
    '"datacontenttype":"text/plain","data":{"a":1}',
    '{"a":1}',
    'text/plain',
  ],
  ['bytes', '"data_base64":"AP8="', '\u0000\u00ff', 'application/octet-stream'],
];
for (const [because, members, data, contentType] of exact) {
  test(`data keeps its bytes: ${because}`, async () => {
    await using api = await openApi();

    const raw = `{"specversion":"1.0","type":"a","source":"/a","id":"e-1",${members}}`;
    const answer = await send(api, raw);

    assert.equal(answer.statusCode, 202, answer.body);
    const event = await api.store.finder.event({ tenantId, id: 'e-1' as EventId });
    assert.equal(Buffer.from(event?.data ?? []).toString('latin1'), data);
    assert.equal(event?.contentType, contentType);
  });
}

const refused: [because: string, event: object, at: string][] = [
  ['base64 without padding', { data_base64: 'AP8' }, '/data_base64'],
  ['base64 that is a number', { data_base64: 1 }, '/data_base64'],
  ['a reserved type', { type: 'posthorn.x' }, '/type'],
  ['an id that is a number', { id: 7 }, '/id'],
  ['an extension that is a list', { tags: [] }, '/tags'],
  ['an extension that is a fraction', { ratio: 1.5 }, '/ratio'],
  ['an extension with a control', { note: 'a\nb' }, '/note'],
  ['a subject over 256 characters', { subject: 'x'.repeat(257) }, '/subject'],
  ['no media type', { datacontenttype: 'json' }, '/datacontenttype'],
  ['no such day', { time: '2026-13-01T00:00:00Z' }, '/time'],
  ['an older version', { specversion: '0.3' }, '/specversion'],
  ['more metadata than allowed', { note: 'x'.repeat(17_000) }, ''],
];
for (const [because, parts, at] of refused) {
  test(`a CloudEvent is refused: ${because}`, async () => {
    await using api = await openApi();

    const answer = await send(api, { ...base, ...parts });

    assert.equal(answer.statusCode, 422, answer.body);
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    assert.deepEqual(
      errors.map(({ pointer }) => pointer),
      [at],
    );
  });
}

test('what is called JSON and is not is refused, also in base64', async () => {
  await using api = await openApi();
  const binary = { 'ce-specversion': '1.0', 'ce-type': 'a', 'ce-source': '/a', 'ce-id': '1' };

  const codes = [];
  codes.push((await send(api, '{"a":', { ...binary, 'content-type': 'application/json' })).json());
  codes.push(
    (await send(api, { ...base, datacontenttype: 'a/b+json', data_base64: 'AA==' })).json(),
  );
  codes.push(
    (await send(api, { ...base, datacontenttype: 'application/json', data_base64: 'AA==' })).json(),
  );

  const named = codes.map((each) => (each as { code?: string }).code);
  assert.deepEqual(named, ['invalid_json', undefined, 'invalid_json']);
});

test('an event without data is shown with null and is valid JSON', async () => {
  await using api = await openApi();

  await send(api, base);

  const shown = await api.call({ url: '/v1/events/e-1' });
  assert.deepEqual(shown.json<{ data: unknown; dataBytes: number }>().data, null);
});

test('a wrong element is named by its place in the batch, and nothing is taken', async () => {
  await using api = await openApi();
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const raw = JSON.stringify([base, { ...base, id: undefined }]);

  const answer = await api.call({ url: '/v1/events/batch', raw, headers });

  assert.equal(answer.statusCode, 422);
  assert.deepEqual(answer.json<{ errors: unknown }>().errors, [
    { pointer: '/1/id', message: 'is required' },
  ]);
  assert.deepEqual(await storedEvents(api), []);
});

test('under an idempotency key the attributes of a binary event belong to its body', async () => {
  await using api = await openApi();
  const headers = (id: string) => ({
    ...{ 'ce-specversion': '1.0', 'ce-type': 'a', 'ce-source': '/a', 'ce-id': id },
    'idempotency-key': 'k',
  });

  const first = await send(api, '{}', headers('1'));
  const again = await send(api, '{}', headers('1'));
  const other = await send(api, '{}', headers('2'));

  assert.equal(again.body, first.body);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(other.json<{ code: string }>().code, 'idempotency_conflict');
});
