import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import { answers, startReceiver } from './demo/receivers.ts';
import type { Receiver } from './demo/receivers.ts';
import { until } from './demo/until.ts';
import { makeFolder, patienceMs, Program } from './contract/program.ts';

const brieflyFile = fileURLToPath(new URL('./contract/serve-briefly.ts', import.meta.url));
const publishers = 8;
const acceptedMin = 200;

type AttemptRow = { attemptNumber: number; status: string; error: string | null };
type DeliveryRow = { id: string };

/** What follows a signal has a bound, but no test is about how long it takes. */
async function eventually(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const seen = await until(async () => ((await holds()) ? true : null), patienceMs);
  assert.ok(seen, `it did not come to hold: ${what}`);
}

async function clientOf(dataDir: string, url: string): Promise<ApiClient> {
  const key = (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim();
  return apiClient({ url, key, tenant: 'default' });
}

async function attemptsOf(api: ApiClient): Promise<AttemptRow[]> {
  const { data } = await api.call<{ data: AttemptRow[] }>('GET', '/v1/attempts?limit=500');
  return data.toReversed();
}

/** Publishes until the server takes no more; answers the ids it accepted. */
async function publishUntilRefused(api: ApiClient, accepted: string[]): Promise<void> {
  try {
    for (let n = 0; ; n += 1) {
      const event = { type: 'load.sent', data: { n } };
      accepted.push((await api.call<{ id: string }>('POST', '/v1/events', event)).id);
    }
  } catch {
    // Whatever was not answered 2xx was not promised.
  }
}

/** Has a server begin an attempt at a receiver that never answers. */
async function hangingOn(receiver: Receiver, server: Program, dataDir: string): Promise<void> {
  const api = await clientOf(dataDir, await server.url());
  const endpoint = { url: receiver.url, types: ['*'], timeoutMs: 60_000 };
  await api.call('POST', '/v1/endpoints', endpoint);
  await api.call('POST', '/v1/events', { type: 'load.sent', data: {} });
  await eventually(() => receiver.arrivals.length === 1, 'the attempt has begun');
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} under load ends with 0, and all that was accepted is delivered`, async () => {
    await using folder = await makeFolder();
    const receiver = await startReceiver(answers.at(200));
    const args = ['serve', '--data', folder.path, '--port', '0', '--dev'];
    await using server = new Program(args);
    const api = await clientOf(folder.path, await server.url());
    await api.call('POST', '/v1/endpoints', { url: receiver.url, types: ['*'] });
    const accepted: string[] = [];
    const load = Array.from({ length: publishers }, () => publishUntilRefused(api, accepted));
    await eventually(() => accepted.length >= acceptedMin, 'the load has begun');

    server.kill(signal);
    const { code, stdout } = await server.ended;
    await Promise.all(load);
    await using again = new Program(args);
    const next = await clientOf(folder.path, await again.url());
    await eventually(async () => {
      const path = '/v1/deliveries?state=pending&limit=1';
      return (await next.call<{ data: DeliveryRow[] }>('GET', path)).data.length === 0;
    }, 'nothing is pending');

    assert.equal(code, 0);
    assert.equal(stdout.split('\n').length, 2);
    const arrived = new Set(receiver.arrivals.map(({ webhookId }) => webhookId));
    assert.deepEqual(
      accepted.filter((id) => !arrived.has(id)),
      [],
    );
    await receiver.close();
  });
}

test('a server that stops takes no more requests', async () => {
  await using folder = await makeFolder();
  const receiver = await startReceiver(answers.never());
  await using server = new Program(['serve', '--data', folder.path, '--port', '0', '--dev']);
  const url = await server.url();
  await hangingOn(receiver, server, folder.path);

  server.kill('SIGTERM');
  await eventually(async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    return answer === null || answer.status === 503;
  }, 'it is not ready or not there');

  assert.match(server.stderr, /stopping; a second signal stops at once\n/);
  await receiver.close();
});

test('an attempt that outlasts the drain is cut and recorded, and costs nothing', async () => {
  await using folder = await makeFolder();
  const receiver = await startReceiver(answers.never());
  const briefly = { file: brieflyFile };
  await using server = new Program([folder.path], briefly);
  await hangingOn(receiver, server, folder.path);

  server.kill('SIGTERM');
  const { code } = await server.ended;
  receiver.behave(answers.at(200));
  await using again = new Program([folder.path], briefly);
  const api = await clientOf(folder.path, await again.url());
  await eventually(async () => (await attemptsOf(api)).length === 2, 'it was made again');

  assert.equal(code, 0);
  const attempts = await attemptsOf(api);
  assert.deepEqual(
    attempts.map(({ attemptNumber, error }) => [attemptNumber, error]),
    [
      [1, 'interrupted'],
      [2, null],
    ],
  );
  await receiver.close();
});

test('a second signal ends it at once, whatever is in flight', async () => {
  await using folder = await makeFolder();
  const receiver = await startReceiver(answers.never());
  await using server = new Program(['serve', '--data', folder.path, '--port', '0', '--dev']);
  await hangingOn(receiver, server, folder.path);

  server.kill('SIGTERM');
  await eventually(() => server.stderr.includes('stopping'), 'the first was heard');
  server.kill('SIGTERM');
  const { code } = await server.ended;

  // A drain would have ended with 0.
  assert.equal(code, 1);
  await receiver.close();
});

test('after a stop the data directory names no address, after a kill the next', async () => {
  await using folder = await makeFolder();
  const args = ['serve', '--data', folder.path, '--port', '0'];
  await using killed = new Program(args);
  await killed.url();
  killed.kill('SIGKILL');
  await killed.ended;

  await using server = new Program(args);
  const url = await server.url();
  const address = await readFile(join(folder.path, 'server.json'), 'utf8');
  server.kill('SIGTERM');
  await server.ended;

  assert.equal((JSON.parse(address) as { url: string }).url, url);
  await assert.rejects(readFile(join(folder.path, 'server.json')), { code: 'ENOENT' });
});

test('data published with every oddity of JSON arrives byte for byte', async () => {
  await using folder = await makeFolder();
  const receiver = await startReceiver(answers.at(200));
  await using server = new Program(['serve', '--data', folder.path, '--port', '0', '--dev']);
  const url = await server.url();
  const api = await clientOf(folder.path, url);
  await api.call('POST', '/v1/endpoints', { url: receiver.url, types: ['*'] });
  const key = (await readFile(join(folder.path, 'operator.key'), 'utf8')).trim();
  const data = '{ "z":1e400,"a":[1.0,-0,12345678901234567890],\t"a":"\\ud800\\u00e9é\\/" }';

  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: `{"type":"odd.data","data":${data},"key":"k"}`,
  });
  await eventually(() => receiver.arrivals.length === 1, 'it arrived');

  assert.equal(response.status, 202);
  const body = receiver.arrivals[0]?.body ?? '';
  assert.equal(body.slice(body.indexOf('"data":') + '"data":'.length, -1), data);
  await receiver.close();
});
