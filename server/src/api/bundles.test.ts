import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Problem = { code: string; detail: string; errors?: { pointer: string; message: string }[] };
type Summary = { id: string; version: number; state: string; bytes: number; sha256: string };
type Told = { type: string; data: Record<string, unknown> };

const first = {
  conversationId: 'conv_8841',
  source: 'slack',
  summary: 'Customer asks for a refund.',
  participants: ['u1', { id: 'u2', name: 'Bo', role: 'support' }],
  content: { facts: [{ id: 'f1', text: 'Invoice 42 is 4200 EUR' }], decisions: [] },
};

test('a bundle is made, and read again as it was sent', async () => {
  await using api = await openApi();

  const put = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });
  const read = await api.call({ url: '/v1/bundles/bun_1' });

  assert.equal(put.statusCode, 201, put.body);
  assert.equal(put.headers.etag, '"1"');
  const { content, ...texts } = first;
  assert.deepEqual(read.json(), {
    id: 'bun_1',
    ...texts,
    ...{ state: 'open', version: 1 },
    createdAt: '2025-06-15T15:06:40.000Z',
    updatedAt: '2025-06-15T15:06:40.000Z',
    ...{ finalizedAt: null, content },
  });
  assert.equal(read.headers.etag, '"1"');
  assert.equal('content' in put.json<object>(), false);
});

test('content keeps its exact bytes, with large numbers and the order of its names', async () => {
  await using api = await openApi();
  const content = '{ "z":1.10, "n":12345678901234567890, "2":"\\u00e9", "1":[ 1e400 ] }';
  const raw = `{"content":${content},"conversationId":"c"}`;
  await api.call({ method: 'PUT', url: '/v1/bundles/exact', raw });

  const read = await api.call({ url: '/v1/bundles/exact' });

  assert.ok(read.body.endsWith(`,"content":${content}}`), read.body);
});

test('the same body again changes nothing and tells nobody', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });

  const again = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });

  assert.equal(again.statusCode, 200);
  assert.equal(again.headers.etag, '"1"');
  assert.deepEqual(await toldTypes(api), ['bundle.created']);
});

test('each version is told with what changed and where it is, and without content', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });
  const second = {
    ...first,
    summary: 'Refunded.',
    content: { ...first.content, decisions: ['yes'] },
  };

  const put = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: second });
  const [told] = await toldEvents(api);

  assert.equal(put.statusCode, 200);
  const { version, bytes, sha256 } = put.json<Summary>();
  assert.equal(told?.type, 'bundle.updated');
  assert.deepEqual(told.data, {
    bundleId: 'bun_1',
    ...{ conversationId: 'conv_8841', source: 'slack', summary: 'Refunded.' },
    participants: first.participants,
    createdAt: '2025-06-15T15:06:40.000Z',
    updatedAt: '2025-06-15T15:06:40.000Z',
    finalizedAt: null,
    url: '/v1/bundles/bun_1',
    ...{ version, previousVersion: 1, changed: ['summary', 'content'], bytes, sha256 },
  });
});

test('finalizing tells so once, and what is final stays as it is', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });
  const url = '/v1/bundles/bun_1/finalize';

  const done = await api.call({ method: 'POST', url });
  const again = await api.call({ method: 'POST', url });
  const same = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });
  const other = { ...first, summary: 'Other.' };
  const changed = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: other });

  assert.deepEqual([done.statusCode, again.statusCode, same.statusCode], [200, 200, 200]);
  assert.equal(again.headers.etag, '"2"');
  assert.deepEqual(await toldTypes(api), ['bundle.finalized', 'bundle.created']);
  assert.equal(changed.statusCode, 409);
  assert.equal(changed.json<Problem>().code, 'wrong_state');
});

test('only what changed is fetched, and leads to the very document', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });
  const held = (await api.call({ url: '/v1/bundles/bun_1' })).json<object>();
  const [fact] = first.content.facts;
  const content = { facts: [fact, { id: 'f2', text: 'Trial ended' }], decisions: [] };
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: { ...first, content } });
  await api.call({ method: 'POST', url: '/v1/bundles/bun_1/finalize' });

  const changes = await api.call({ url: '/v1/bundles/bun_1/changes?since=1' });
  const none = await api.call({ url: '/v1/bundles/bun_1/changes?since=3' });

  assert.equal(changes.statusCode, 200, changes.body);
  assert.equal(changes.headers['content-type'], 'application/json-patch+json');
  assert.equal(changes.headers.etag, '"3"');
  const patch = changes.json<Operation[]>();
  assert.deepEqual(
    patch.filter(({ path }) => path.startsWith('/content')),
    [{ op: 'add', path: '/content/facts/1', value: { id: 'f2', text: 'Trial ended' } }],
  );
  assert.deepEqual(applied(held, patch), (await api.call({ url: '/v1/bundles/bun_1' })).json());
  assert.equal(none.body, '[]');
});

test('a version that is still to come has no changes', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });

  const answer = await api.call({ url: '/v1/bundles/bun_1/changes?since=2' });

  assert.equal(answer.statusCode, 422);
  assert.deepEqual(answer.json<Problem>().errors, [
    { pointer: '/since', message: 'is newer than version 1, the newest' },
  ]);
});

test('changes that are more than the document, or too large, are too old', async () => {
  await using api = await openApi();
  const big = (letter: string) => ({ ...first, content: letter.repeat(limits.bundlePatchBytes) });
  const small = { ...first, content: 'small' };
  const url = '/v1/bundles/bun_1';
  for (const body of [small, big('a'), small]) await api.call({ method: 'PUT', url, body });

  const across = await api.call({ url: `${url}/changes?since=1` });
  const after = await api.call({ url: `${url}/changes?since=2` });

  assert.equal(across.statusCode, 410);
  assert.equal(across.json<Problem>().code, 'too_old');
  assert.equal(after.statusCode, 200);
});

test('many small changes that are together more than the document are too old', async () => {
  await using api = await openApi();
  const url = '/v1/bundles/bun_1';
  const bodies = Array.from({ length: 4 }, (_, i) => ({
    ...first,
    content: `${i}`.repeat(limits.bundlePatchSmallBytes / 2),
  }));
  for (const body of bodies) await api.call({ method: 'PUT', url, body });

  const all = await api.call({ url: `${url}/changes?since=1` });
  const last = await api.call({ url: `${url}/changes?since=3` });

  assert.equal(all.statusCode, 410);
  assert.match(all.json<Problem>().detail, /Read it whole/);
  assert.equal(last.statusCode, 200);
});

test('what somebody has already is not sent again', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body: first });
  const url = '/v1/bundles/bun_1';

  const known = await api.call({ url, headers: { 'if-none-match': '"1"' } });
  const older = await api.call({ url, headers: { 'if-none-match': '"0"' } });

  assert.equal(known.statusCode, 304);
  assert.equal(known.headers.etag, '"1"');
  assert.equal(known.body, '');
  assert.equal(older.statusCode, 200);
});

const versions: [because: string, headers: Record<string, string>, status: number][] = [
  ['it is the version that there is', { 'if-match': '"1"' }, 200],
  ['it was changed since', { 'if-match': '"0"' }, 412],
  ['there is one already', { 'if-none-match': '*' }, 412],
  ['any version will do', { 'if-match': '*' }, 200],
];
for (const [because, headers, status] of versions) {
  const asked = Object.entries(headers).flat().join(' ');
  test(`${asked} on a bundle is ${status}: ${because}`, async () => {
    await using api = await openApi();
    const url = '/v1/bundles/bun_1';
    await api.call({ method: 'PUT', url, body: first });

    const answer = await api.call({ method: 'PUT', url, headers, body: { ...first, summary: '' } });

    assert.equal(answer.statusCode, status, answer.body);
  });
}

test('a bundle that is not there has no version to match', async () => {
  await using api = await openApi();

  const put = await api.call({
    ...{ method: 'PUT', url: '/v1/bundles/new', body: first },
    headers: { 'if-match': '"1"' },
  });
  const read = await api.call({ url: '/v1/bundles/new' });

  assert.equal(put.statusCode, 412);
  assert.equal(read.statusCode, 404);
});

test('POST names the bundle, and repeats its answer under an idempotency key', async () => {
  await using api = await openApi();
  const request = { url: '/v1/bundles', body: first, headers: { 'idempotency-key': 'k1' } };

  const made = await api.call(request);
  const again = await api.call(request);

  assert.equal(made.statusCode, 201, made.body);
  assert.match(made.json<Summary>().id, /^bun_[0-9a-z]{26}$/);
  assert.equal(again.body, made.body);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(await toldTypes(api), ['bundle.created']);
});

test('bundles are listed newest first, of a conversation or state', async () => {
  await using api = await openApi();
  await api.call({ method: 'PUT', url: '/v1/bundles/one', body: first });
  const other = { ...first, conversationId: 'other' };
  await api.call({ method: 'PUT', url: '/v1/bundles/two', body: other });
  await api.call({ method: 'POST', url: '/v1/bundles/two/finalize' });

  const ids = async (query: string): Promise<string[]> => {
    const answer = await api.call({ url: `/v1/bundles${query}` });
    return answer.json<{ data: Summary[] }>().data.map(({ id }) => id);
  };

  assert.deepEqual(await ids(''), ['two', 'one']);
  assert.deepEqual(await ids('?conversationId=other'), ['two']);
  assert.deepEqual(await ids('?state=open'), ['one']);
});

test('erasing the event that brought content erases that, and other may follow', async () => {
  await using api = await openApi();
  const url = '/v1/bundles/bun_1';
  await api.call({ method: 'PUT', url, body: first });
  const [event] = (await api.call({ url: '/v1/events' })).json<{ data: { id: string }[] }>().data;

  await api.call({ method: 'DELETE', url: `/v1/events/${event?.id}/data` });
  const erased = await api.call({ url });
  const put = await api.call({ method: 'PUT', url, body: { ...first, content: 'other' } });
  const changes = await api.call({ url: `${url}/changes?since=1` });

  assert.equal(erased.statusCode, 410);
  assert.equal(erased.json<Problem>().code, 'content_erased');
  assert.equal(put.statusCode, 200, put.body);
  assert.equal((await api.call({ url })).json<{ content: string }>().content, 'other');
  assert.equal(changes.json<Problem>().code, 'too_old');
});

test('two tenants may have bundles of one id, and see their own', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/tenants', body: { id: 'acme' } });
  const url = '/v1/bundles/shared';
  for (const tenant of ['default', 'acme']) {
    const body = { ...first, summary: tenant };
    const put = await api.call({ method: 'PUT', url, tenant, body });
    assert.equal(put.statusCode, 201, put.body);
  }

  const read = await api.call({ url, tenant: 'acme' });
  const all = await api.call({ url: '/v1/bundles', tenant: '*' });

  assert.equal(read.json<{ summary: string }>().summary, 'acme');
  assert.deepEqual(
    all.json<{ data: { tenantId: string }[] }>().data.map(({ tenantId }) => tenantId),
    ['acme', 'default'],
  );
});

test('an event continues the chain that the change of a bundle names', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/events', body: { id: 'e1', type: 'a.b', data: 1 } });
  const body = { conversationId: 'c', content: 1, causationId: 'e1' };
  await api.call({ method: 'PUT', url: '/v1/bundles/b', body });

  const events = await api.call({ url: '/v1/events?correlationId=e1' });

  const types = events.json<{ data: { type: string }[] }>().data.map(({ type }) => type);
  assert.deepEqual(types, ['bundle.created', 'a.b']);
});

const wrong: [because: string, body: unknown, pointer: string][] = [
  ['a conversation is named', { content: 1 }, '/conversationId'],
  ['there is content', { conversationId: 'c' }, '/content'],
  ['nothing else is known', { conversationId: 'c', content: 1, extra: 1 }, '/extra'],
  [
    'a summary is short',
    { ...first, summary: 'x'.repeat(limits.bundleSummaryChars + 1) },
    '/summary',
  ],
  ['content is not too deep', { ...first, content: nested(limits.nesting + 1) }, ''],
];
for (const [because, body, pointer] of wrong) {
  test(`a bundle is refused at “${pointer}” unless ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body });

    assert.equal(answer.statusCode, 422, answer.body);
    assert.equal(answer.json<Problem>().errors?.[0]?.pointer, pointer);
  });
}

test('content over its limit is refused by a problem that names it', async () => {
  await using api = await openApi();
  const content = 'x'.repeat(limits.bundleBytes);

  const answer = await api.call({
    ...{ method: 'PUT', url: '/v1/bundles/bun_1' },
    body: { ...first, content },
  });

  assert.equal(answer.statusCode, 413);
  assert.match(answer.json<Problem>().detail, new RegExp(`${limits.bundleBytes} bytes`));
});

test('a body that is large beside its content is refused', async () => {
  await using api = await openApi();
  const body = { ...first, extra: 'x'.repeat(limits.bundleEnvelopeBytes) };

  const answer = await api.call({ method: 'PUT', url: '/v1/bundles/bun_1', body });

  assert.equal(answer.statusCode, 413);
  assert.match(answer.json<Problem>().detail, new RegExp(`${limits.bundleEnvelopeBytes}`));
});

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

function applied(document: object, patch: Operation[]): object {
  const copy = structuredClone(document);
  const faults = applyPatch(copy, patch).filter((fault) => fault !== null);
  assert.deepEqual(faults, []);
  return copy;
}

/** Newest first. */
async function toldEvents(api: OpenedApi): Promise<Told[]> {
  const list = await api.call({ url: '/v1/events' });
  const told: Told[] = [];
  for (const { id } of list.json<{ data: { id: string }[] }>().data) {
    told.push((await api.call({ url: `/v1/events/${id}` })).json<Told>());
  }
  return told;
}

async function toldTypes(api: OpenedApi): Promise<string[]> {
  return (await toldEvents(api)).map(({ type }) => type);
}
