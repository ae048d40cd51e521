import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { failures } from '../core/failures.ts';
import { limits } from '../core/limits.ts';
import { openApi, operatorKey } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Page = { data: { id: string; createdAt: string }[]; nextCursor: string | null };

async function publish(api: OpenedApi, count: number): Promise<void> {
  for (let i = 1; i <= count; i += 1) {
    await api.call({ url: '/v1/events', body: { id: `e${i}`, type: 'a', data: i } });
    api.wait(1_000);
  }
}

test('a list is walked to its end by its cursor, newest first, nothing twice', async () => {
  await using api = await openApi();
  await publish(api, 5);

  const seen: string[][] = [];
  let cursor = '';
  do {
    const page = (await api.call({ url: `/v1/events?limit=2${cursor}` })).json<Page>();
    seen.push(page.data.map((each) => each.id));
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');

  assert.deepEqual(seen, [['e5', 'e4'], ['e3', 'e2'], ['e1']]);
});

test('a list that lies in memory is walked in the same way', async () => {
  await using api = await openApi();
  for (const id of ['t1', 't2', 't3']) await api.call({ url: '/v1/tenants', body: { id } });

  const first = (await api.call({ url: '/v1/tenants?limit=2' })).json<Page>();
  const url = `/v1/tenants?limit=2&cursor=${first.nextCursor}`;
  const second = (await api.call({ url })).json<Page>();

  const ids = [first, second].map(({ data }) => data.map((each) => each.id));
  assert.deepEqual(ids, [['t3', 't2'], ['t1']]);
  assert.equal(second.nextCursor, null);
});

const cursors: [because: string, url: (cursor: string) => string][] = [
  ['another filter', (cursor) => `/v1/events?type=b&cursor=${cursor}`],
  ['another list', (cursor) => `/v1/deliveries?cursor=${cursor}`],
  ['made up', () => '/v1/events?cursor=abc'],
];
for (const [because, url] of cursors) {
  test(`a cursor is refused: ${because}`, async () => {
    await using api = await openApi();
    await publish(api, 2);
    const { nextCursor } = (await api.call({ url: '/v1/events?limit=1' })).json<Page>();

    const answer = await api.call({ url: url(String(nextCursor)) });

    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json<{ code: string }>().code, 'cursor_mismatch');
  });
}

const missing: [because: string, url: string, detail: RegExp][] = [
  ['a task', '/v1/tasks/nope', /no such task/],
  ['a bundle', '/v1/bundles/nope/changes?since=1', /no such bundle/],
  ['an entity', '/v1/entities/contact/nope', /no such entity/],
  ['a chain', '/v1/chains/evt_nope', /no such chain/],
  ['a path', '/v1/nope', /no such path/],
];
for (const [because, url, detail] of missing) {
  test(`a 404 says what there is not: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url });

    assert.equal(answer.statusCode, 404);
    assert.match(answer.json<{ detail: string }>().detail, detail);
  });
}

test('a version that is not the current one is told which is', async () => {
  await using api = await openApi();
  const url = '/v1/entities/contact/c1';
  await api.call({ method: 'PATCH', url, body: { name: 'Ada' } });

  const headers = { 'if-match': '1' };
  const answer = await api.call({ method: 'PATCH', url, headers, body: { name: 'Grace' } });

  assert.equal(answer.statusCode, 412);
  assert.match(answer.json<{ detail: string }>().detail, /which is "1", in its quotes/);
});

test('a list is cut to the time asked for, its end excluded', async () => {
  await using api = await openApi();
  await publish(api, 4);
  const all = (await api.call({ url: '/v1/events' })).json<Page>().data;
  const from = all[2]?.createdAt;
  const until = all[0]?.createdAt;

  const url = `/v1/events?createdAt[gte]=${from}&createdAt[lt]=${until}`;
  const { data } = (await api.call({ url })).json<Page>();

  assert.deepEqual(
    data.map((each) => each.id),
    ['e3', 'e2'],
  );
});

const queries: [because: string, query: string, at: string][] = [
  ['over the limit', 'limit=501', '/limit'],
  ['none at all', 'limit=0', '/limit'],
  ['no number', 'limit=ten', '/limit'],
  ['no such time', 'createdAt[gte]=yesterday', '/createdAt[gte]'],
  ['no such parameter', 'colour=red', '/colour'],
];
for (const [because, query, at] of queries) {
  test(`a query is refused: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: `/v1/events?${query}` });

    assert.equal(answer.statusCode, 422);
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    assert.equal(errors[0]?.pointer, at, answer.body);
  });
}

test('a problem names its page, its code and the request, and the page exists', async () => {
  await using api = await openApi();

  const answer = await api.call({ url: '/v1/nothing' });

  const { requestId, ...problem } = answer.json<Record<string, string>>();
  assert.match(requestId ?? '', /^req_/);
  assert.deepEqual(problem, {
    type: '/problems/not_found',
    title: failures.not_found.says,
    status: 404,
    code: 'not_found',
    detail: 'There is no such path; /docs shows those that there are.',
  });
  const page = await api.call({ url: problem['type'] ?? '', key: null });
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /not_found/);
});

test('a method that a path has not is refused with those it has', async () => {
  await using api = await openApi();

  const answer = await api.call({ method: 'DELETE', url: '/v1/events' });
  const head = await api.call({ method: 'HEAD', url: '/v1/events' });

  assert.equal(answer.statusCode, 405);
  assert.equal(answer.headers.allow, 'POST, GET, HEAD');
  assert.equal(head.statusCode, 200);
});

test('what is not expected is told to the log, and nothing of it to the caller', async () => {
  const ingest = { accept: () => Promise.reject(new Error('secret detail')) };
  await using api = await openApi({ ingest });

  const answer = await api.call({ url: '/v1/events', body: { type: 'a', data: 1 } });

  assert.equal(answer.statusCode, 500);
  assert.doesNotMatch(answer.body, /secret detail/);
  assert.match(String(api.failures[0]), /secret detail/);
});

const unavailable = ['overloaded', 'disk_full', 'store_unavailable'] as const;
for (const code of unavailable) {
  test(`an event that ends as ${code} says when to come again`, async () => {
    const ingest = { accept: async () => [{ is: 'failed', code, detail: null } as const] };
    await using api = await openApi({ ingest });

    const answer = await api.call({ url: '/v1/events', body: { type: 'a', data: 1 } });

    assert.equal(answer.statusCode, failures[code].status);
    assert.equal(answer.headers['retry-after'], '1');
  });
}

test('health needs no key; metrics need the operator, or nobody when they are open', async () => {
  await using closed = await openApi();
  await using open = await openApi({ isMetricsOpen: true });
  const status = async (api: OpenedApi, url: string, key: string | null) =>
    (await api.call({ url, key })).statusCode;

  assert.equal(await status(closed, '/livez', null), 200);
  assert.equal(await status(closed, '/readyz', null), 200);
  assert.equal(await status(closed, '/metrics', null), 401);
  assert.equal(await status(closed, '/metrics', operatorKey), 200);
  assert.equal(await status(open, '/metrics', null), 200);
});

test('a node that is not ready says so and why', async () => {
  await using api = await openApi();
  api.setReady(false);

  const answer = await api.call({ url: '/readyz', key: null });

  assert.equal(answer.statusCode, 503);
  assert.deepEqual(answer.json(), { isReady: false, reasons: ['draining'] });
});

test('the page of all routes describes each with schemas that a validator takes', async () => {
  await using api = await openApi();

  const page = (await api.call({ url: '/openapi.json', key: null })).json<{
    openapi: string;
    paths: Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>
    >;
  }>();

  assert.equal(page.openapi, '3.1.0');
  const operations = Object.values(page.paths).flatMap((path) => Object.values(path));
  assert.ok(operations.length > 30, `${operations.length} operations`);
  const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: true });
  for (const { requestBody } of operations) {
    for (const { schema } of Object.values(requestBody?.content ?? {})) {
      assert.doesNotThrow(() => ajv.compile(schema));
    }
  }
});

async function overSocket(api: OpenedApi, text: string): Promise<string> {
  const { port } = api.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

const heads: [because: string, text: string, status: number, code: string][] = [
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_request'],
  [
    'headers of over 16 KiB',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    431,
    'head_too_large',
  ],
  [
    'a length that is none',
    'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
    400,
    'invalid_request',
  ],
];
for (const [because, text, status, code] of heads) {
  test(`${because} is answered as a problem on the socket`, async () => {
    await using api = await openApi();
    await api.app.listen({ port: 0, host: '127.0.0.1' });

    const answer = await overSocket(api, text);

    const [head = '', body = ''] = answer.split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `), answer);
    assert.equal((JSON.parse(body) as { code: string }).code, code);
  });
}

test('the server bounds how long a request may take, and how many come at once', async () => {
  await using api = await openApi();

  const { headersTimeout, requestTimeout, maxConnections } = api.app.server;

  assert.deepEqual(
    [headersTimeout, requestTimeout, maxConnections],
    [limits.requestHeadMs, limits.requestMs, limits.connections],
  );
});

const headerCounts: [because: string, count: number, status: number][] = [
  ['so many are allowed', limits.requestHeaders - 2, 200],
  ['none is dropped unseen', limits.requestHeaders, 431],
  ['nor when there are far more', 1_000, 431],
];
for (const [because, count, status] of headerCounts) {
  test(`a request with ${count} small headers is answered ${status}: ${because}`, async () => {
    await using api = await openApi();
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    const more = Array.from({ length: count }, (_, at) => `a${at}: b\r\n`).join('');

    const head = `GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`;
    const answer = await overSocket(api, head);

    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), answer);
  });
}

test('a path that cannot be decoded is answered as a problem', async () => {
  await using api = await openApi();
  await api.app.listen({ port: 0, host: '127.0.0.1' });

  const text = 'GET /v1/events/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const answer = await overSocket(api, text);

  assert.match(answer, /^HTTP\/1.1 400 /);
  assert.match(answer, /"code":"invalid_request"/);
});

test('closing lets what has begun end, and the connection with it', async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const ingest = {
    accept: async () => {
      begun.resolve();
      await gate.promise;
      return [{ is: 'failed', code: 'conflict', detail: null } as const];
    },
  };
  await using api = await openApi({ ingest });
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  const body = '{"type":"a","data":1}';
  const post =
    `POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${operatorKey}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  const answered = overSocket(api, post);
  await begun.promise;
  const closed = api.app.close();
  while (api.app.server.listening) await nextTurn();
  gate.resolve();
  await closed;

  const answer = await answered;
  assert.match(answer, /^HTTP\/1.1 409 /);
  assert.match(answer, /connection: close/i);
});
