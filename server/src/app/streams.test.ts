import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';
import { ReadStream } from './contract/read-stream.ts';

type Told = { id: string; data: unknown };

async function open(stage: CallbackStage, path: string, headers = {}): Promise<ReadStream> {
  const accept = 'text/event-stream';
  const response = await stage.send('GET', path, { headers: { accept, ...headers } });
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()));
  return new ReadStream(response);
}

async function publish(stage: CallbackStage, type: string, data: unknown, more = {}) {
  return stage.call<{ id: string }>('POST', '/v1/events', { type, data, ...more });
}

test('a stream tells what is accepted, in order, with its data word for word', async () => {
  await using stage = await CallbackStage.open();
  await using stream = await open(stage, '/v1/stream');
  const raw = '{"type":"a.b","data":{"z":1.0,\n"a":12345678901234567890}}';

  const headers = { 'content-type': 'application/json' };
  const sent = (await (
    await stage.send('POST', '/v1/events', { headers, body: raw })
  ).json()) as Told;
  await publish(stage, 'a.c', 2);

  const [first, second] = await stream.take(2);
  assert.ok(first && second);
  assert.deepEqual([first.event, second.event], ['a.b', 'a.c']);
  assert.equal((first.data as Told).id, sent.id);
  const again = await stage.send('GET', `/v1/events/${sent.id}`);
  assert.ok((await again.text()).includes('{"z":1.0,\n"a":12345678901234567890}'));
});

test('a filtered stream tells what fits, and nothing of what does not', async () => {
  await using stage = await CallbackStage.open();
  const entity = { type: 'contact', id: 'c/1' };
  await using byType = await open(stage, '/v1/stream?types=task.*,a.b');
  await using bySource = await open(stage, '/v1/stream?source=crm');
  await using byEntity = await open(stage, '/v1/stream?entity=contact/c%2F1');

  await publish(stage, 'a.c', 1, { source: 'crm' });
  await publish(stage, 'a.c', 2, { entity: { type: 'contact', id: 'other' } });
  await publish(stage, 'task.odd', 3, { entity });
  await publish(stage, 'a.b', 4, { source: 'crm' });

  const dataOf = async (stream: ReadStream, count: number) =>
    (await stream.take(count)).map(({ data }) => (data as Told).data);
  assert.deepEqual(await dataOf(byType, 2), [3, 4]);
  assert.deepEqual(await dataOf(bySource, 2), [1, 4]);
  assert.deepEqual(await dataOf(byEntity, 1), [3]);
});

test('a stream goes on where it was, over a restart, without loss or repeat', async () => {
  await using stage = await CallbackStage.open();
  for (let n = 1; n <= 3; n += 1) await publish(stage, 'a.b', n);
  const first = await open(stage, '/v1/stream?after=oldest');
  const seen = await first.take(2);
  await first[Symbol.asyncDispose]();

  await stage.stop();
  await stage.start();
  await publish(stage, 'a.b', 4);
  await using second = await open(stage, '/v1/stream', { 'last-event-id': seen.at(-1)?.id });
  const rest = await second.take(2);
  await publish(stage, 'a.b', 5);
  rest.push(...(await second.take(1)));

  assert.deepEqual(
    [...seen, ...rest].map(({ data }) => (data as Told).data),
    [1, 2, 3, 4, 5],
  );
});

test('the id of an event is a cursor too', async () => {
  await using stage = await CallbackStage.open();
  const { id } = await publish(stage, 'a.b', 1);
  await publish(stage, 'a.b', 2);

  await using stream = await open(stage, `/v1/stream?after=${id}`);

  assert.deepEqual(
    (await stream.take(1)).map(({ data }) => (data as Told).data),
    [2],
  );
});

test('a task is followed from its start to its end, and then no more', async () => {
  await using stage = await CallbackStage.open();
  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', { name: 'Report' });
  await stage.call('POST', `/v1/tasks/${id}/progress`, { step: 'a' });
  await using stream = await open(stage, `/v1/tasks/${id}/events`);
  const history = await stream.take(2);
  await publish(stage, 'task.completed', { taskId: id }, { key: id });

  await stage.call('POST', `/v1/tasks/${id}/progress`, { step: 'b' });
  await stage.call('POST', `/v1/tasks/${id}/complete`, { result: 1 });
  const live = await stream.take(10);

  assert.deepEqual(
    [...history, ...live].map(({ event }) => event),
    ['task.started', 'task.progress', 'task.progress', 'task.completed', 'end'],
  );
  const lastId = live.at(-2)?.id ?? '';
  const headers = { accept: 'text/event-stream', 'last-event-id': lastId };
  const again = await stage.send('GET', `/v1/tasks/${id}/events`, { headers });
  assert.equal(again.status, 204);
});

test('a token reads its one stream, and opens nothing else', async () => {
  await using stage = await CallbackStage.open();
  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', {});
  const wish = { taskId: id };
  const { url } = await stage.call<{ url: string }>('POST', '/v1/stream-tokens', wish);
  const token = new URLSearchParams(url.split('?')[1]).get('token') ?? '';
  const noKey = { authorization: '' };
  const status = async (path: string): Promise<number> => {
    const response = await stage.send('GET', path, { headers: noKey });
    await response.body?.cancel();
    return response.status;
  };

  await using stream = await open(stage, url, noKey);

  assert.deepEqual(
    (await stream.take(1)).map(({ event }) => event),
    ['task.started'],
  );
  assert.equal(await status(`/v1/stream?token=${token}`), 403);
  assert.equal(await status(`/v1/tasks/other/events?token=${token}`), 403);
  assert.equal(await status(`/v1/tasks/${id}?token=${token}`), 401);
  assert.equal(await status(`/v1/tasks/${id}/events?token=${token}x`), 401);
});

test('a token opens nothing once the key that asked for it is deleted', async () => {
  await using stage = await CallbackStage.open();
  const key = await stage.call<{ id: string; key: string }>('POST', '/v1/keys', {
    ...{ name: 'page server', scopes: ['read'], tenantId: 'default' },
  });
  const asked = await stage.send('POST', '/v1/stream-tokens', {
    headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const { url } = (await asked.json()) as { url: string };
  const noKey = { authorization: '' };
  await using stream = await open(stage, url, noKey);

  await stage.send('DELETE', `/v1/keys/${key.id}`);

  const again = await stage.send('GET', url, { headers: noKey });
  await again.body?.cancel();
  assert.equal(again.status, 401);
  await publish(stage, 'a.b', 1);
  assert.deepEqual(await stream.take(1), []);
});

test('a token for types lets no other type through', async () => {
  await using stage = await CallbackStage.open();
  const wish = { types: ['a.*'] };
  const { url } = await stage.call<{ url: string }>('POST', '/v1/stream-tokens', wish);
  await using stream = await open(stage, `${url}&types=*`, { authorization: '' });

  await publish(stage, 'b.a', 1);
  await publish(stage, 'a.b', 2);

  assert.deepEqual(
    (await stream.take(1)).map(({ data }) => (data as Told).data),
    [2],
  );
});

test('streams end when the server stops, and hold it up for no moment', async () => {
  await using stage = await CallbackStage.open();
  await using stream = await open(stage, '/v1/stream');

  await stage.stop();

  assert.deepEqual(await stream.take(1), []);
});
