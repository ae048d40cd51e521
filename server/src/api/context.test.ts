import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const contact = { type: 'contact', id: 'contact_123' };
const url = '/v1/entities/contact/contact_123';
const updates = '/v1/context/updates';
const changes = { email: { new: 'new@example.com' }, phone: { old: '+1', new: '+2' } };

test('two changed fields reach just those who asked for that entity or those fields', async () => {
  await using api = await openApi();
  const wanting = {
    'its type': { entity: { type: 'contact' } },
    'its id': { entity: contact },
    'one of the fields': { entity: { type: 'contact' }, fields: ['name', 'phone'] },
    'other fields': { entity: { type: 'contact' }, fields: ['name'] },
    'another id': { entity: { type: 'contact', id: 'contact_124' } },
    'another type': { entity: { type: 'company' } },
  };
  const endpoints = new Map<string, string>();
  for (const [who, wish] of Object.entries(wanting))
    endpoints.set(await subscriber(api, wish), who);

  const answer = await api.call({
    url: updates,
    body: { entity: contact, changes, source: 'crm' },
  });

  assert.equal(answer.statusCode, 202, answer.body);
  const { eventId, ...rest } = answer.json<{ eventId: string }>();
  assert.deepEqual(rest, { changed: true, entity: contact, version: 1, deliveryCount: 3 });
  const { data: deliveries } = (await api.call({ url: `/v1/deliveries?eventId=${eventId}` })).json<{
    data: { endpointId: string }[];
  }>();
  const reached = deliveries.map(({ endpointId }) => endpoints.get(endpointId) ?? '');
  assert.deepEqual(reached.toSorted(byText), ['its id', 'its type', 'one of the fields']);
});

test('the event tells the entity, the changes, when, whence and the version', async () => {
  await using api = await openApi();

  const { eventId } = await told(api, { entity: contact, changes, source: 'crm' });

  const event = (await api.call({ url: `/v1/events/${eventId}` })).json<Record<string, unknown>>();
  assert.equal(event['type'], 'context.updated');
  assert.deepEqual(event['entity'], contact);
  assert.equal(event['source'], 'crm');
  assert.deepEqual(event['data'], {
    entity: contact,
    changes,
    timestamp: new Date(api.now()).toISOString(),
    source: 'crm',
    version: 1,
  });
});

test('an old value that was left out is the one last told', async () => {
  await using api = await openApi();
  await told(api, { entity: contact, changes });

  const { eventId } = await told(api, { entity: contact, changes: { email: { new: 'b@c.de' } } });

  assert.deepEqual(await toldIn(api, eventId), {
    email: { old: 'new@example.com', new: 'b@c.de' },
  });
});

test('nothing changed is no event and no version, also for a repeated key', async () => {
  await using api = await openApi();
  await told(api, { entity: contact, changes });
  const again = { url: updates, body: { entity: contact, changes: { phone: { new: '+2' } } } };
  const headers = { 'idempotency-key': 'k' };

  const first = await api.call({ ...again, headers });
  await told(api, { entity: contact, changes: { phone: { new: '+3' } } });
  const second = await api.call({ ...again, headers });

  const nothing = { changed: false, entity: contact, version: 1, eventId: null, deliveryCount: 0 };
  assert.deepEqual(first.json(), nothing);
  assert.deepEqual(second.json(), nothing);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  assert.deepEqual(await valuesOf(api), { email: 'new@example.com', phone: '+3' });
});

test('a repeated key gets the answer of the change that it made', async () => {
  await using api = await openApi();
  const request = { url: updates, body: { entity: contact, changes } };
  const headers = { 'idempotency-key': 'k' };

  const first = await api.call({ ...request, headers });
  const second = await api.call({ ...request, headers });

  assert.equal(second.headers['idempotency-replayed'], 'true');
  assert.deepEqual(second.json(), first.json());
});

test('a patch tells what differs, and leaves what it does not name', async () => {
  await using api = await openApi();
  await patched(api, '{"name":"Ada","at":{"city":"Bonn","zip":1},"age":36}');

  const answer = await patched(api, '{"name":"Ada","at":{"city":"Kiel"},"age":null}');

  assert.equal(answer.headers.etag, '"2"');
  const { eventId } = answer.json<{ eventId: string }>();
  assert.deepEqual(await toldIn(api, eventId), {
    at: { old: { city: 'Bonn', zip: 1 }, new: { city: 'Kiel', zip: 1 } },
    age: { old: 36, new: null },
  });
  assert.deepEqual(await valuesOf(api), { name: 'Ada', at: { city: 'Kiel', zip: 1 } });
});

const conditions: [because: string, header: string, value: string, status: number][] = [
  ['the version is the present one', 'if-match', '"1"', 200],
  ['any version will do', 'if-match', '*', 200],
  ['it was changed since', 'if-match', '"0"', 412],
  ['it is already there', 'if-none-match', '*', 412],
];
for (const [because, header, value, status] of conditions) {
  test(`a patch with ${header}: ${value} is answered ${status}: ${because}`, async () => {
    await using api = await openApi();
    await patched(api, '{"a":1}');

    const answer = await patched(api, '{"a":2}', { [header]: value });

    assert.equal(answer.statusCode, status, answer.body);
    assert.deepEqual(await valuesOf(api), { a: status === 200 ? 2 : 1 });
  });
}

test('a patch of what nobody has told of makes it, but not for If-Match: *', async () => {
  await using api = await openApi();

  assert.equal((await patched(api, '{"a":1}', { 'if-match': '*' })).statusCode, 412);
  assert.equal((await patched(api, '{"a":1}', { 'if-match': '"0"' })).statusCode, 200);
});

test('an entity is read with its version, and not sent again to who has it', async () => {
  await using api = await openApi();
  await told(api, { entity: contact, changes, source: 'crm' });

  const read = await api.call({ url });
  const known = await api.call({ url, headers: { 'if-none-match': 'W/"1"' } });
  await patched(api, '{"email":"c@d.ef"}');
  const changed = await api.call({ url, headers: { 'if-none-match': '"1"' } });

  assert.equal(read.headers.etag, '"1"');
  const at = new Date(api.now()).toISOString();
  assert.deepEqual(read.json(), {
    ...contact,
    ...{ tenantId: 'default', version: 1, source: 'crm', createdAt: at, updatedAt: at },
    values: { email: 'new@example.com', phone: '+2' },
  });
  assert.equal(known.statusCode, 304);
  assert.equal(known.body, '');
  assert.equal(changed.statusCode, 200);
  assert.equal(changed.headers.etag, '"2"');
});

test('the history since a version is each change, and all in one', async () => {
  await using api = await openApi();
  for (const patch of ['{"a":1,"b":1}', '{"a":2}', '{"b":2}', '{"b":1}']) await patched(api, patch);

  const whole = await api.call({ url: `${url}/changes?since=1` });
  const part = await api.call({ url: `${url}/changes?since=1&limit=2` });
  const nothing = await api.call({ url: `${url}/changes?since=4` });

  const body = whole.json<{ versions: { version: number; changes: unknown }[] }>();
  assert.deepEqual(
    body.versions.map((each) => ({ version: each.version, changes: each.changes })),
    [
      { version: 2, changes: { a: { old: 1, new: 2 } } },
      { version: 3, changes: { b: { old: 1, new: 2 } } },
      { version: 4, changes: { b: { old: 2, new: 1 } } },
    ],
  );
  const common = { entity: contact, version: 4 };
  const a = { old: 1, new: 2 };
  assertHolds(whole.json(), { ...common, since: 1, upTo: 4, isComplete: true, changes: { a } });
  assertHolds(part.json(), { ...common, upTo: 3, isComplete: false });
  assertHolds(nothing.json(), { ...common, upTo: 4, isComplete: true, changes: {}, versions: [] });
});

test('a version that is yet to come, and an entity that is not there, are refused', async () => {
  await using api = await openApi();
  await patched(api, '{"a":1}');

  assert.equal((await api.call({ url: `${url}/changes?since=2` })).statusCode, 422);
  assert.equal((await api.call({ url: `${url}x/changes?since=0` })).statusCode, 404);
  assert.equal((await api.call({ url: `${url}x` })).statusCode, 404);
});

test('entities are listed by type, newest first', async () => {
  await using api = await openApi();
  await patched(api, '{"a":1}', {}, '/v1/entities/contact/one');
  await patched(api, '{"a":1}', {}, '/v1/entities/company/two');
  await patched(api, '{"a":1,"b":2}', {}, '/v1/entities/contact/three');
  await patched(api, '{"a":2}', {}, '/v1/entities/contact/one');

  const contacts = await api.call({ url: '/v1/entities?type=contact' });
  const page = await api.call({ url: '/v1/entities?limit=1' });

  const { data } = contacts.json<{ data: { id: string; version: number; fieldCount: number }[] }>();
  assert.deepEqual(
    data.map(({ id, version, fieldCount }) => [id, version, fieldCount]),
    [
      ['three', 1, 2],
      ['one', 2, 1],
    ],
  );
  const { nextCursor } = page.json<{ nextCursor: string }>();
  const next = await api.call({ url: `/v1/entities?limit=2&cursor=${nextCursor}` });
  assert.deepEqual(
    next.json<{ data: { id: string }[] }>().data.map(({ id }) => id),
    ['two', 'one'],
  );
});

test('what two tenants tell of one entity stays apart', async () => {
  await using api = await openApi();
  for (const id of ['one', 'two']) await api.call({ url: '/v1/tenants', body: { id } });

  await api.call({ method: 'PATCH', url, body: { a: 1 }, tenant: 'one' });
  const foreign = await api.call({ url, tenant: 'two' });
  const made = await api.call({ method: 'PATCH', url, body: { a: 2 }, tenant: 'two' });
  const history = await api.call({ url: `${url}/changes?since=0`, tenant: 'two' });

  assert.equal(foreign.statusCode, 404);
  assertHolds(made.json(), { changed: true, version: 1 });
  assertHolds(history.json(), { version: 1, changes: { a: { old: null, new: 2 } } });
});

test('numbers and text arrive and are read back with every digit that was sent', async () => {
  await using api = await openApi();
  const big = '{"n":9007199254740993,"x":[1e400,-0.0],"s":"\\u00e9"}';

  const { eventId } = await told(
    api,
    `{"entity":{"type":"contact","id":"contact_123"},
    "changes":{"a":{"new":${big}}}}`,
  );
  await patched(api, '{"b":123456789012345678901234567890}');

  const event = await api.call({ url: `/v1/events/${eventId}` });
  const read = await api.call({ url });
  assert.ok(event.body.includes(`"changes":{"a":{"new":${big}}}`), event.body);
  assert.ok(read.body.includes(`"values":{"a":${big},"b":123456789012345678901234567890}`));
});

test('no name of a field is special', async () => {
  await using api = await openApi();

  await patched(api, '{"__proto__":{"polluted":1},"constructor":2,"":3,"a/b~":4,"\\u0000":5}');

  const read = await api.call({ url });
  assert.ok(
    read.body.includes('{"__proto__":{"polluted":1},"constructor":2,"":3,"a/b~":4,"\\u0000":5}'),
    read.body,
  );
  assert.equal('polluted' in {}, false);
});

test('an id may be any text without controls', async () => {
  await using api = await openApi();
  for (const id of ['a b/c?d#e%', 'ключ', '😀', 'x'.repeat(256), '%2F', 'o\'brien"; --']) {
    const path = `/v1/entities/contact/${encodeURIComponent(id)}`;
    const made = await patched(api, '{"a":1}', {}, path);
    const read = await api.call({ url: path });

    assert.equal(made.statusCode, 200, made.body);
    assert.equal(read.json<{ id: string }>().id, id);
  }
});

const wide = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`f${i}`, i]));
const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
const long = 'x'.repeat(limits.entityFieldChars + 1);
const refusals: [because: string, body: string, status: number, pointer: string, says: string][] = [
  ['changes must be there', '{"entity":{"type":"a","id":"b"}}', 422, '/changes', 'required'],
  ['they must be an object', update('[]'), 422, '/changes', 'object'],
  ['with a field', update('{}'), 422, '/changes', 'at least one'],
  ['each with its new value', update('{"a":{"old":1}}'), 422, '/changes/a', '{new}'],
  ['and no other word', update('{"a":{"new":1,"now":2}}'), 422, '/changes/a', '{new}'],
  ['no field twice', update('{"a":{"new":1},"\\u0061":{"new":2}}'), 422, '/changes', 'twice'],
  ['no new twice', update('{"a":{"new":1,"new":2}}'), 422, '/changes/a', '{new}'],
  ['names end', update(`{"${long}":{"new":1}}`), 422, `/changes/${long.slice(1)}`, '256'],
  ['halves of characters are none', update('{"\\ud800":{"new":1}}'), 422, '/changes/', 'half'],
  ['nesting ends', update(`{"a":{"new":${deep}}}`), 422, '', '64 deep'],
  ['so do fields', update(JSON.stringify(changedAll(wide))), 422, '/changes', '500 fields'],
  ['and bytes', update(`{"a":{"new":"${'x'.repeat(70_000)}"}}`), 422, '/changes', '65536 bytes'],
  ['no controls in ids', update('{"a":{"new":1}}', 'a\\u0000b'), 422, '/entity/id', 'control'],
  ['text must be JSON', '{"entity":', 400, '', ''],
];
for (const [because, raw, status, pointer, says] of refusals) {
  test(`an update is refused: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: updates, raw });

    assert.equal(answer.statusCode, status, answer.body);
    const { errors = [] } = answer.json<{ errors?: { pointer: string; message: string }[] }>();
    if (status !== 422) return;
    assert.ok(errors[0]?.pointer.startsWith(pointer), answer.body);
    assert.ok(errors[0]?.message.includes(says), answer.body);
  });
}

test('fields that come one by one cannot outgrow the entity', async () => {
  await using api = await openApi();
  const half = 'x'.repeat(limits.entityBytes / 2);
  await patched(api, `{"a":"${half}"}`);

  const answer = await patched(api, `{"b":"${half}"}`);

  assert.equal(answer.statusCode, 422);
  assert.ok(answer.body.includes('65536 bytes'));
  assert.deepEqual(Object.keys(await valuesOf(api)), ['a']);
});

test('changes that come at once each get their version', async () => {
  await using api = await openApi();

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => patched(api, `{"n":${i}}`)),
  );

  const versions = answers.map((each) => each.json<{ version: number }>().version);
  assert.deepEqual(
    versions.toSorted((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  const history = await api.call({ url: `${url}/changes?since=0` });
  assertHolds(history.json(), { upTo: 20, isComplete: true });
});

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function update(json: string, id = 'contact_123'): string {
  return `{"entity":{"type":"contact","id":"${id}"},"changes":${json}}`;
}

function changedAll(values: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(values).map(([field, now]) => [field, { new: now }]));
}

async function subscriber(api: OpenedApi, wish: object): Promise<string> {
  const made = await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/' } });
  const { id: endpointId } = made.json<{ id: string }>();
  const body = { endpointId, types: ['context.updated'], ...wish };
  const answer = await api.call({ url: '/v1/subscriptions', body });
  assert.equal(answer.statusCode, 201, answer.body);
  return endpointId;
}

async function told(api: OpenedApi, body: object | string): Promise<{ eventId: string }> {
  const sent = typeof body === 'string' ? { raw: body } : { body };
  const answer = await api.call({ url: updates, ...sent });
  assert.equal(answer.statusCode, 202, answer.body);
  return answer.json<{ eventId: string }>();
}

function patched(api: OpenedApi, raw: string, headers: Record<string, string> = {}, at = url) {
  return api.call({ method: 'PATCH', url: at, raw, headers });
}

async function toldIn(api: OpenedApi, eventId: string): Promise<unknown> {
  const event = await api.call({ url: `/v1/events/${eventId}` });
  return event.json<{ data: { changes: unknown } }>().data.changes;
}

async function valuesOf(api: OpenedApi): Promise<Record<string, unknown>> {
  return (await api.call({ url })).json<{ values: Record<string, unknown> }>().values;
}

function assertHolds(whole: object, part: object): void {
  assert.deepEqual({ ...whole, ...part }, whole);
}

test('what a subscription wants of entities is kept, shown and taken back', async () => {
  await using api = await openApi();
  const endpoint = await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/' } });
  const { id: endpointId } = endpoint.json<{ id: string }>();
  const entity = { type: 'contact' };
  const wishes = { fields: ['email', 'email'], coalesce: { windowMs: 1_000 }, claimCheck: true };
  const body = { endpointId, types: ['context.updated'], entity, ...wishes };

  const made = await api.call({ url: '/v1/subscriptions', body });
  const at = `/v1/subscriptions/${made.json<{ id: string }>().id}`;
  const coalesce = { maxWaitMs: 2_000 };
  const more = await api.call({ method: 'PATCH', url: at, body: { coalesce } });
  const none = { fields: null, coalesce: null, claimCheck: null };
  const less = await api.call({ method: 'PATCH', url: at, body: none });

  const kept = { fields: ['email'], claimCheck: true };
  assertHolds(made.json(), { ...kept, coalesce: { windowMs: 1_000, maxWaitMs: 4_000 } });
  assertHolds(more.json(), { ...kept, coalesce: { windowMs: 1_000, maxWaitMs: 2_000 } });
  assertHolds(less.json(), { fields: null, coalesce: null, claimCheck: false });
  const read = await api.call({ url: at });
  assertHolds(read.json(), { fields: null, coalesce: null, claimCheck: false });
});

const badWishes: [because: string, wish: object, pointer: string][] = [
  ['fields are those of an entity', { fields: ['a'] }, '/fields'],
  ['none is not a choice', { entity: contact, fields: [] }, '/fields'],
  ['a window has a least length', { coalesce: { windowMs: 1 } }, '/coalesce/windowMs'],
  ['and a longest', { coalesce: { windowMs: 3_600_001 } }, '/coalesce'],
  [
    'its end comes after it',
    { coalesce: { windowMs: 200, maxWaitMs: 199 } },
    '/coalesce/maxWaitMs',
  ],
  ['true is no window', { coalesce: true }, '/coalesce'],
];
for (const [because, wish, pointer] of badWishes) {
  test(`a subscription with ${JSON.stringify(wish)} is refused: ${because}`, async () => {
    await using api = await openApi();
    const made = await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/' } });
    const { id: endpointId } = made.json<{ id: string }>();

    const answer = await api.call({
      url: '/v1/subscriptions',
      body: { endpointId, types: ['*'], ...wish },
    });

    assert.equal(answer.statusCode, 422, answer.body);
    const { errors } = answer.json<{ errors: { pointer: string; message: string }[] }>();
    assert.ok(errors[0]?.pointer.startsWith(pointer), answer.body);
    assert.equal(errors.length, 1, answer.body);
  });
}

test('who did not get a change is told that its fields said no', async () => {
  await using api = await openApi();
  await subscriber(api, { entity: { type: 'contact' }, fields: ['name'] });
  const { eventId } = await told(api, { entity: contact, changes });

  const explained = await api.call({ url: `/v1/events/${eventId}/explain` });

  const { data } = explained.json<{
    data: { subscriptions: { rule: string; value: string }[] }[];
  }>();
  assertHolds(data[0]?.subscriptions[0] ?? {}, { rule: 'fields', value: 'email, phone' });
});

test('many subscriptions are made at once, or none when one is wrong', async () => {
  await using api = await openApi();
  const made = await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/' } });
  const { id: endpointId } = made.json<{ id: string }>();
  const wanting = (id: string) => ({
    ...{ endpointId, types: ['context.updated'], entity: { type: 'contact', id } },
  });
  const good = { subscriptions: Array.from({ length: 1_000 }, (_, n) => wanting(`c${n}`)) };
  const bad = { subscriptions: [wanting('d'), { ...wanting('e'), types: ['a..b'] }] };

  const refused = await api.call({ url: '/v1/subscriptions/batch', body: bad });
  const done = await api.call({ url: '/v1/subscriptions/batch', body: good });
  const { eventId, ...rest } = await told(api, { entity: { type: 'contact', id: 'c7' }, changes });

  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /"pointer":"\/subscriptions\/1\/types\/0"/);
  assert.equal(done.statusCode, 201, done.body);
  assert.equal(done.json<{ data: unknown[] }>().data.length, 1_000);
  assertHolds(rest, { deliveryCount: 1 });
  assert.ok(eventId);
  const shown = await api.call({ url: `/v1/endpoints/${endpointId}` });
  assert.equal(shown.json<{ subscriptions: unknown[] }>().subscriptions.length, 100);
  const list = await api.call({ url: `/v1/subscriptions?endpointId=${endpointId}&limit=2` });
  const { data } = list.json<{ data: { entity: { id: string } }[] }>();
  assert.deepEqual(
    data.map(({ entity }) => entity.id),
    ['c999', 'c998'],
  );
  const gone = await api.call({ method: 'DELETE', url: `/v1/endpoints/${endpointId}` });
  assert.equal(gone.statusCode, 204);
  assert.equal(api.mirror.count('subscription'), 0);
});

test('a replay of what was missed keeps to the fields that a subscription names', async () => {
  await using api = await openApi();
  await told(api, { entity: contact, changes });
  await subscriber(api, { entity: contact, fields: ['name'] });
  await subscriber(api, { entity: contact, fields: ['email'] });

  const body = { only: 'missing', dryRun: true };
  const answer = await api.call({ url: '/v1/replays', body });

  assert.equal(answer.statusCode, 200, answer.body);
  assertHolds(answer.json(), { matchedCount: 1 });
});
