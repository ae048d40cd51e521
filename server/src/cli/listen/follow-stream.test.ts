import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { testShell } from '../contract/in-process.ts';
import { followStream } from './follow-stream.ts';
import type { SseMessage } from './sse-parser.ts';

const head = { 'content-type': 'text/event-stream', connection: 'close' };

/** A server that answers one request after the other as it is told, and notes their cursors. */
async function follow(
  answers: readonly ((response: ServerResponse) => unknown)[],
  wanted: number,
): Promise<{ messages: SseMessage[]; cursors: unknown[]; said: string }> {
  const cursors: unknown[] = [];
  const server = createServer((request, response) => {
    answers[cursors.push(request.headers['last-event-id']) - 1]?.(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = { url: `http://127.0.0.1:${port}`, key: 'ph_x', tenant: null };
  const { shell, wrote } = testShell();
  const messages: SseMessage[] = [];
  try {
    for await (const message of followStream({ connection, path: '/', after: null }, shell)) {
      messages.push(message);
      if (messages.length === wanted) break;
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return { messages, cursors, said: wrote.err };
}

const says = (text: string) => (response: ServerResponse) =>
  response.writeHead(200, head).end(text);
const fails = (status: number) => (response: ServerResponse) =>
  response.writeHead(status).end('{"code":"a","detail":"b"}');
const breaks = (text: string) => (response: ServerResponse) =>
  response.writeHead(200, head).write(text, () => response.destroy());

test('a broken connection goes on after the last whole message', async () => {
  const answers = [
    breaks('id: 1\ndata: a\n\nid: 2\ndata: b'),
    fails(503),
    (response: ServerResponse) => response.destroy(),
    says('id: 2\ndata: b\n\n'),
  ];

  const { messages, cursors, said } = await follow(answers, 2);

  assert.deepEqual(
    messages.map(({ data }) => data),
    ['a', 'b'],
  );
  assert.deepEqual(cursors, [undefined, '1', '1', '1']);
  assert.match(said, /again in 1 s/);
  assert.match(said, /connected again/);
});

test('the cursor moves in silence too', async () => {
  const answers = [says(': \nid: 7\n\n'), says('id: 8\ndata: a\n\n')];

  const { messages, cursors } = await follow(answers, 2);

  assert.deepEqual(
    messages.map(({ data }) => data),
    [null, 'a'],
  );
  assert.deepEqual(cursors, [undefined, '7']);
});

const ends: [because: string, status: number, said: RegExp][] = [
  ['a key may have ended', 401, /^$/],
  ['retention may have removed what comes next', 410, /--from-start/],
];
for (const [because, status, expected] of ends) {
  test(`${status} ends it: ${because}`, async () => {
    const { shell, wrote } = testShell();
    const server = createServer((_request, response) => void fails(status)(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connection = { url: `http://127.0.0.1:${port}`, key: 'ph_x', tenant: null };

    const following = followStream({ connection, path: '/', after: '1' }, shell).next();

    await assert.rejects(following, { name: 'ApiError', status });
    assert.match(wrote.err, expected);
    server.closeAllConnections();
    server.close();
  });
}

test('a server that was never there is no broken connection', async () => {
  const { shell } = testShell();
  const connection = { url: 'http://127.0.0.1:9', key: 'ph_x', tenant: null };

  const following = followStream({ connection, path: '/', after: null }, shell).next();

  await assert.rejects(following, /no server answers at http:\/\/127\.0\.0\.1:9/);
});
