import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { McpStage } from './contract/mcp-stage.ts';
import { ReadStream } from './contract/read-stream.ts';

type Case = {
  readonly name: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly status?: number;
  readonly errorCode?: number;
  readonly stream?: readonly object[];
  readonly mustNotSendFor?: readonly string[];
};

const file = new URL('../../../testdata/vectors/mcp.json', import.meta.url);
// The vectors name bundles as another server would.
const text = (await readFile(file, 'utf8')).replaceAll('bundle://', 'posthorn://bundles/');
const { cases } = JSON.parse(text) as { cases: readonly Case[] };
const bundleOf = (fact: number) => ({ conversationId: 'c', content: { fact } });
const timeout = 60_000;

for (const { name, headers, body, ...expected } of cases) {
  // The others are shapes of messages, which the official clients check.
  if (headers === undefined) continue;
  test(`vector: ${name}`, { timeout }, async () => {
    await using stage = await McpStage.open();
    const asked = { headers, body: JSON.stringify(body) };

    const answer = await stage.stage.send('POST', '/mcp', asked);

    assert.equal(answer.status, expected.status ?? 200);
    if (expected.errorCode !== undefined) {
      const { error } = (await answer.json()) as { error: { code: number } };
      assert.equal(error.code, expected.errorCode);
      return;
    }
    if (!name.startsWith('listen')) return;
    await using stream = new ReadStream(answer);
    await stage.call('PUT', '/v1/bundles/b2', bundleOf(1));
    await stage.call('PUT', '/v1/bundles/b1', bundleOf(1));
    const told = (await stream.take(2)).map(({ data }) => data);
    const wanted = expected.stream?.map(
      ({ when: _when, ...message }: { when?: string }) => message,
    );
    if (wanted !== undefined) assert.deepEqual(told, wanted);
    for (const uri of expected.mustNotSendFor ?? []) {
      assert.ok(!JSON.stringify(told).includes(uri), uri);
    }
  });
}

const discover = cases.find(({ name }) => name === 'discover');

test('the door is that of the API: keys, scopes, tenants and origins', { timeout }, async () => {
  await using stage = await McpStage.open();
  await stage.call('POST', '/v1/tenants', { id: 'acme', name: 'Acme' });
  const writer = await stage.keyFor('acme', ['events:write']);
  const reader = await stage.keyFor('acme', ['read']);
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  const table: [because: string, headers: Record<string, string>, status: number, code: string][] =
    [
      ['there is no key', { authorization: '' }, 401, 'unauthorized'],
      ['the key is not known', bearer('ph_odd'), 401, 'unauthorized'],
      ['the key may not read', bearer(writer), 403, 'forbidden'],
      [
        'the tenant is another one',
        { ...bearer(reader), 'posthorn-tenant': 'b' },
        404,
        'unknown_tenant',
      ],
      ['a page of strangers asks', { origin: 'https://evil.example' }, 403, 'forbidden'],
      ['the origin is none', { origin: 'null' }, 403, 'forbidden'],
    ];
  for (const [because, headers, status, code] of table) {
    const body = JSON.stringify(discover?.body);
    const answer = await stage.stage.send('POST', '/mcp', {
      headers: { ...discover?.headers, ...headers },
      body,
    });
    const problem = (await answer.json()) as { code: string };
    assert.deepEqual([answer.status, problem.code], [status, code], because);
  }
});

test('bodies that are too large, or no JSON, get a clear answer', { timeout }, async () => {
  await using stage = await McpStage.open();
  const headers = { ...discover?.headers };
  const send = async (body: string, type = 'application/json') => {
    const asked = { headers: { ...headers, 'content-type': type }, body };
    const answer = await stage.stage.send('POST', '/mcp', asked);
    return [answer.status, await answer.text()] as const;
  };

  const [large, largeText] = await send(`{"a":"${'x'.repeat(300_000)}"}`);
  const [broken, brokenText] = await send('{"a"');
  const [other] = await send('{}', 'text/plain');

  assert.deepEqual([large, broken, other], [413, 400, 415]);
  assert.match(largeText, /"payload_too_large"/);
  assert.match(brokenText, /"invalid_json"/);
});

test('a session is its key’s alone, and ends when it is deleted', { timeout }, async () => {
  await using stage = await McpStage.open();
  const other = await stage.keyFor('default', ['read']);
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 't', version: '1' },
  };
  const accept = 'application/json, text/event-stream';
  const send = (method: string, body: object | null, more: Record<string, string> = {}) =>
    stage.stage.send(method, '/mcp', {
      headers: { accept, 'content-type': 'application/json', ...more },
      ...(body === null ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...body }) }),
    });
  const begun = await send('POST', { id: 1, method: 'initialize', params });
  const id = begun.headers.get('mcp-session-id') ?? '';
  await begun.text();
  const list = { id: 2, method: 'tools/list' };
  const statusOf = async (response: Promise<Response>): Promise<number> => {
    const { status, body } = await response;
    await body?.cancel();
    return status;
  };

  const named = { 'mcp-session-id': id };
  const statuses = [
    await statusOf(send('POST', list, named)),
    await statusOf(send('POST', list, { ...named, authorization: `Bearer ${other}` })),
    await statusOf(send('POST', list)),
    await statusOf(send('DELETE', null, named)),
    await statusOf(send('POST', list, named)),
    await statusOf(send('PUT', list, named)),
  ];

  assert.ok(id.length >= 32, id);
  assert.deepEqual(statuses, [200, 404, 400, 200, 404, 405]);
});
