import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { operatorKey } from './contract/opened-api.ts';
import { nextConnection, StreamStage } from './contract/stream-stage.ts';

const tenants = ['acme', 'globex'] as const;

async function withTenants(stage: StreamStage): Promise<void> {
  for (const id of tenants) {
    const answer = await stage.api.call({ method: 'POST', url: '/v1/tenants', body: { id } });
    assert.equal(answer.statusCode, 201, answer.body);
    await stage.api.grant({ tenantId: id, scopes: ['read'], text: keyOf(id) });
  }
}

function keyOf(tenant: string): string {
  return `ph_reader-of-${tenant}-0123456789-0123456789`;
}

function dataIn(messages: readonly { readonly data: unknown }[]): unknown[] {
  return messages.map(({ data }) => (data as { data: unknown }).data);
}

test('a thousand open streams get an event each', async () => {
  await using stage = await StreamStage.open();
  const streams = await Promise.all(
    Array.from({ length: 1_000 }, () => stage.follow('/v1/stream?types=a.*')),
  );

  await stage.publish('no', { type: 'b.a' });
  await stage.publish('yes');
  const told = await Promise.all(streams.map((stream) => stream.take(1)));

  assert.equal(stage.api.feed.count, 1_000);
  assert.ok(told.every((messages) => dataIn(messages)[0] === 'yes'));
});

test('who takes nothing is cut off, held little for, and goes on without loss', async () => {
  await using stage = await StreamStage.open();
  const connected = nextConnection(stage);
  const socket = connect(Number(new URL(stage.url).port), '127.0.0.1').pause();
  const served = await connected;
  const lines = ['GET /v1/stream HTTP/1.1', 'host: a', `authorization: Bearer ${operatorKey}`];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  while (stage.api.feed.count === 0) await new Promise(setImmediate);
  const large = 'x'.repeat(900_000);
  const ids: string[] = [];
  for (let number = 0; number < 30; number += 1) ids.push(await stage.publish(large));
  while (!served.writableNeedDrain) await new Promise(setImmediate);
  const held = served.writableLength;

  stage.api.wait(limits.streamStallMs);
  const gone = once(served, 'close');
  const seen = idsIn(await allOf(socket));
  await gone;

  assert.ok(held < 4_000_000, `${held} bytes`);
  assert.equal(stage.api.feed.count, 0);
  assert.ok(seen.length < ids.length);
  const headers = { 'last-event-id': seen.at(-1)?.cursor ?? '0' };
  await using rest = await stage.follow('/v1/stream', { headers });
  const missing = (await rest.take(ids.length - seen.length)).map(
    ({ data }) => (data as { id: string }).id,
  );
  assert.deepEqual([...seen.map(({ id }) => id), ...missing], ids);
});

async function allOf(socket: Socket): Promise<string> {
  socket.once('error', () => undefined);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => void pieces.push(piece));
  socket.resume();
  await once(socket, 'close');
  return Buffer.concat(pieces).toString();
}

/** Whole messages alone; the chunks of HTTP stand between them. */
function idsIn(said: string): { readonly cursor: string; readonly id: string }[] {
  const whole = /id: (\d+)\nevent: a\.b\ndata: \{"id":"(\w+)"[^]*?\}\n\n/g;
  return [...said.matchAll(whole)].map(([, cursor = '', id = '']) => ({ cursor, id }));
}

test('a stream tells one tenant alone, and the operator all', async () => {
  await using stage = await StreamStage.open();
  await withTenants(stage);
  await using acme = await stage.follow('/v1/stream', { key: keyOf('acme') });
  await using all = await stage.follow('/v1/stream', { headers: { 'posthorn-tenant': '*' } });

  const foreign = await stage.publish(1, { tenant: 'globex' });
  await stage.publish(2, { tenant: 'acme' });

  assert.deepEqual(dataIn(await acme.take(1)), [2]);
  assert.deepEqual(dataIn(await all.take(2)), [1, 2]);
  const resumed = await stage.ask(`/v1/stream?after=${foreign}`, { key: keyOf('acme') });
  assert.deepEqual([resumed.status, await codeOf(resumed)], [400, 'cursor_mismatch']);
});

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

test('a stream ends with the token that opened it', async () => {
  await using stage = await StreamStage.open();
  const body = { types: ['a.*'], expiresMs: 60_000 };
  const made = await stage.api.call({ method: 'POST', url: '/v1/stream-tokens', body });
  const { token } = made.json<{ token: string }>();
  await using stream = await stage.follow(`/v1/stream?token=${token}`, { key: null });
  await stage.publish(1);
  const before = await stream.take(1);

  stage.api.wait(60_000);
  await stage.publish(2);

  assert.deepEqual(dataIn(before), [1]);
  assert.deepEqual(await stream.take(1), []);
  const again = await stage.ask(`/v1/stream?token=${token}`, { key: null });
  assert.equal(again.status, 401);
  assert.ok(!(await again.text()).includes(token));
});

test('a stream ends with the key that opened it', async () => {
  await using stage = await StreamStage.open();
  const key = { name: 'page', scopes: ['read'] };
  const made = await stage.api.call({ method: 'POST', url: '/v1/keys', body: key });
  const { id, key: opens } = made.json<{ id: string; key: string }>();
  await using stream = await stage.follow('/v1/stream', { key: opens });

  await stage.api.call({ method: 'DELETE', url: `/v1/keys/${id}` });
  await stage.publish(1);

  assert.deepEqual(await stream.take(1), []);
});

test('silence is broken by a comment that brings the cursor up to date', async () => {
  await using stage = await StreamStage.open();
  const response = await stage.ask('/v1/stream?types=b.*');
  const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const begin = (await pieces?.read())?.value;
  await stage.publish(1);
  await stage.publish(2);
  while (stage.api.feed.count === 0) await new Promise(setImmediate);
  for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);

  stage.api.wait(limits.streamHeartbeatMs);
  const beat = (await pieces?.read())?.value;
  await pieces?.cancel();

  const cursor = (said: string | undefined): number => Number(/^id: (\d+)$/m.exec(said ?? '')?.[1]);
  assert.match(begin ?? '', /^retry: 1000\n/);
  assert.match(beat ?? '', /^: \n/);
  assert.ok(cursor(beat) > cursor(begin));
});

test('what retention has removed cannot be gone on from', async () => {
  await using stage = await StreamStage.open();
  await stage.publish(1);
  await stage.publish(2);
  const before = later(stage.api.now(), 1);
  await stage.api.store.prune({ before, limit: 1_000 });

  const answer = await stage.ask('/v1/stream?after=1');

  assert.deepEqual([answer.status, await codeOf(answer)], [410, 'cursor_too_old']);
});

test('HEAD opens no stream', async () => {
  await using stage = await StreamStage.open();

  const answer = await stage.api.call({ method: 'HEAD', url: '/v1/stream' });

  assert.equal(answer.statusCode, 200);
  assert.equal(stage.api.feed.count, 0);
});

const page = 'https://app.example.com';
const origins: [because: string, origin: string, path: string, allowed: string | undefined][] = [
  ['an origin that is named may read streams', page, '/v1/stream', page],
  ['and those of tasks', page, '/v1/tasks/none/events', page],
  ['nothing else', page, '/v1/events', undefined],
  ['another origin may not', 'https://evil.example', '/v1/stream', undefined],
  ['a part of a name is not the name', `${page}.evil.example`, '/v1/stream', undefined],
  ['no page may without an origin', 'null', '/v1/stream', undefined],
];
for (const [because, origin, url, allowed] of origins) {
  test(`${origin} at ${url}: ${because}`, async () => {
    await using stage = await StreamStage.open({ corsOrigins: [page] });
    const headers = { origin, 'access-control-request-method': 'GET' };

    const asked = await stage.api.call({ method: 'OPTIONS', url, headers });
    const refused = await stage.api.call({ url, headers: { origin }, key: null });

    assert.equal(asked.statusCode, allowed === undefined ? 405 : 204);
    assert.equal(asked.headers['access-control-allow-origin'], allowed);
    assert.equal(refused.statusCode, 401);
    assert.equal(refused.headers['access-control-allow-origin'], allowed);
  });
}

test('without a setting no page may read anything', async () => {
  await using stage = await StreamStage.open();

  const answer = await stage.api.call({
    ...{ method: 'OPTIONS', url: '/v1/stream', headers: { origin: page } },
  });

  assert.equal(answer.statusCode, 405);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
});
