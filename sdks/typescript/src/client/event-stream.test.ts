import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventStream } from './event-stream.ts';
import { PosthornError } from './posthorn-error.ts';
import { retryDefaults } from './retry-wait.ts';
import { ownSurroundings } from './surroundings.ts';
import { Transport } from './transport.ts';

/** A server whose connections say what the test says, one after the other. */
function streaming(connections: readonly (string | Response | Error)[]) {
  const [waiting, cursors, waits] = [[...connections], [] as (string | null)[], [] as number[]];
  const urls: string[] = [];
  const surroundings = ownSurroundings({
    chance: () => 0,
    sleep: (ms) => Promise.resolve(void waits.push(ms)),
    fetch: (url, init) => {
      urls.push(url as string);
      cursors.push(new Headers(init?.headers).get('last-event-id'));
      const next = waiting.shift() ?? new Response('{"code":"over"}', { status: 400 });
      if (next instanceof Error) return Promise.reject(next);
      return Promise.resolve(next instanceof Response ? next : new Response(next));
    },
  });
  const options = { url: 'http://posthorn.example', apiKey: 'k', tenant: null, userAgent: 'test' };
  const transport = new Transport({ ...options, timeoutMs: 1, retry: retryDefaults }, surroundings);
  return { transport, cursors, waits, urls };
}

async function read(
  { transport }: ReturnType<typeof streaming>,
  wish: { after?: string; signal?: AbortSignal } = {},
): Promise<{ ids: string[]; error: unknown }> {
  const ids: string[] = [];
  const { signal, ...from } = wish;
  try {
    const events = eventStream(transport, { path: '/v1/stream', ...from }, { signal });
    for await (const { lastEventId } of events) ids.push(lastEventId);
    return { ids, error: null };
  } catch (error) {
    return { ids, error };
  }
}

test('a connection that ends is made again from the last event that was seen', async () => {
  const stage = streaming([
    'id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: cut',
    'id: 3\ndata: c\n\n',
  ]);

  const { ids } = await read(stage, { after: '0' });

  assert.deepEqual(ids, ['1', '2', '3']);
  assert.deepEqual(stage.cursors, [null, '2', '3']);
  assert.equal(stage.urls[0], 'http://posthorn.example/v1/stream?after=0');
});

test('a heartbeat that carries an id moves the cursor on', async () => {
  const stage = streaming([': beat\nid: 9\n\n', 'data: a\nid: 10\n\n']);

  await read(stage);

  assert.deepEqual(stage.cursors, [null, '9', '10']);
});

test('waits grow while nothing comes, begin anew after an event, and obey the server', async () => {
  const broken = new TypeError('fetch failed');
  const away = new Response('{"code":"overloaded"}', { status: 503 });
  const stage = streaming([broken, away, broken, 'retry: 9000\nid: 1\ndata: a\n\n', broken]);

  await read(stage);

  assert.deepEqual(stage.waits, [500, 1_000, 2_000, 9_000, 9_000]);
});

test('what nobody mends by waiting is thrown', async () => {
  const gone = new Response('{"code":"cursor_too_old","detail":"gone"}', { status: 410 });
  const stage = streaming([gone]);

  const { error } = await read(stage, { after: '1' });

  assert.ok(error instanceof PosthornError);
  assert.equal(error.code, 'cursor_too_old');
});

test('a signal ends the stream without an error', async () => {
  const stopping = new AbortController();
  const stage = streaming([]);
  stopping.abort();

  assert.deepEqual(await read(stage, { signal: stopping.signal }), { ids: [], error: null });
});

test('a stream whose server says that there is no more ends', async () => {
  const stage = streaming(['id: 1\ndata: a\n\n', new Response(null, { status: 204 })]);

  assert.deepEqual(await read(stage), { ids: ['1'], error: null });
});
