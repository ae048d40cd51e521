import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './contract/in-process.ts';
import { makeFolder, patienceMs, Program } from './contract/program.ts';
import { tracesOf } from './contract/traces-of.ts';
import { until } from './demo/until.ts';

const masterKey = randomBytes(32);
const planted = {
  operatorKey: `ph_operator_${word()}`,
  masterKey: masterKey.toString('base64'),
  signingSecret: `whsec_${randomBytes(32).toString('base64')}`,
  rotatedSecret: `whsec_${randomBytes(32).toString('base64')}`,
  privateKey: `whsk_${randomBytes(32).toString('base64')}`,
  callbackSecret: `whsec_${randomBytes(32).toString('base64')}`,
  customHeader: `header-${word()}`,
  authorizationHeader: `Bearer ${word()}`,
  callbackHeader: `callback-header-${word()}`,
  urlPassword: `password-${word()}`,
  urlToken: `token-${word()}`,
  callbackUrlToken: `callback-token-${word()}`,
  slackPath: `slack-${word()}`,
};

type Thing = Record<string, unknown> & { id: string };

/** What reading an endpoint's own settings must show, so that they can be changed. */
const ownSettings = ['urlToken'];

test('no secret shows in logs, metrics, answers or exports, or lies on the disk', async () => {
  await using folder = await makeFolder();
  await using receiver = await startReceiver();
  const data = join(folder.path, 'data');
  const env = {
    POSTHORN_ADMIN_KEY: planted.operatorKey,
    POSTHORN_MASTER_KEY: planted.masterKey,
    POSTHORN_API_KEY: planted.operatorKey,
  };
  const flags = ['--log-level', 'debug', '--access-log'];
  await using server = new Program(['serve', '--dev', '--data', data, '--port', '0', ...flags], {
    env,
  });
  const url = await server.url();
  const api = apiOf(url);

  const made = await live(api, receiver.url);
  const problems = await provoke(api, receiver.url);
  const seen = await readBack(api, made);
  const exported: string[] = [];
  for (const args of commands(made)) {
    const to =
      args.includes('config') || args.includes('doctor') ? ['--data', data] : ['--url', url];
    const { code, stdout, stderr } = await run([...args, ...to], { env });
    assert.ok(code === 0 || args[0] === 'doctor', `${args.join(' ')}: ${stderr}`);
    exported.push(stdout, stderr);
  }
  const openWhileRunning = await filesOf(data);
  const processes = await processTexts();
  server.kill('SIGTERM');
  const { stdout, stderr } = await server.ended;
  const disk = await filesOf(data);

  const secrets = { ...planted, ...made.secrets };
  assert.ok(Object.keys(secrets).length >= 12);
  assert.ok(disk.includes('task.completed'), 'the database was read');
  assert.match(stderr, /"level":"/);
  const places = { ...{ stdout, stderr, problems, disk, openWhileRunning, processes } };
  assertNowhere(secrets, places);
  assertNowhere(secrets, { log: seen.log });
  const hidden = without(secrets, ownSettings);
  assertNowhere(hidden, { settings: seen.settings, exported: exported.join('\n') });
});

test('a trace is found in each spelling', () => {
  const secret = 'a secret of some length';

  for (const text of [secret, Buffer.from(`x${secret}y`).toString('base64')]) {
    assert.throws(() => assertNowhere({ secret }, { text }), /secret shows in text/);
  }
});

function word(): string {
  return randomBytes(18).toString('hex');
}

function without<Value>(
  all: Record<string, Value>,
  names: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

function assertNowhere(secrets: Record<string, string>, places: Record<string, string>): void {
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(places)
      .filter(([, text]) => tracesOf(secret).some((trace) => text.includes(trace)))
      .map(([place]) => `${name} shows in ${place}`),
  );
  assert.deepEqual(found, [], found.join('; '));
}

type Api = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Thing>;

type Sent = { method?: string; headers?: Record<string, string>; body?: string };

function apiOf(url: string): Api & { text: (path: string, sent?: Sent) => Promise<string> } {
  const text = async (path: string, sent: Sent = {}): Promise<string> => {
    const headers = { authorization: `Bearer ${planted.operatorKey}`, ...sent.headers };
    return (await fetch(url + path, { ...sent, headers })).text();
  };
  const call: Api = async (method, path, body, headers = {}) => {
    const sent = {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    return JSON.parse(await text(path, sent)) as Thing;
  };
  return Object.assign(call, { text });
}

type Made = { secrets: Record<string, string>; ids: Record<string, string> };

/** Deliveries that succeed and fail, with every secret at work. */
async function live(api: Api, receiver: string): Promise<Made> {
  const headers = {
    'x-api-token': planted.customHeader,
    authorization: planted.authorizationHeader,
  };
  const endpoint = await api('POST', '/v1/endpoints', {
    ...{ url: `${receiver}/ok?token=${planted.urlToken}`, types: ['*'], headers },
    ...{ secret: planted.signingSecret, contacts: [{ slackUrl: slackUrl() }] },
  });
  await api('POST', `/v1/endpoints/${endpoint.id}/secret/rotate`, {
    secret: planted.rotatedSecret,
  });
  const keyed = { 'idempotency-key': 'made-once' };
  const body = { url: `${receiver}/refuse`, types: ['*'], description: 'kept answer' };
  const kept = await api('POST', '/v1/endpoints', body, keyed);
  await api('POST', '/v1/endpoints', {
    ...{ url: 'http://127.0.0.1:9/nobody', types: ['*'], secret: planted.privateKey },
  });
  const key = await api('POST', '/v1/keys', {
    name: 'tenant',
    scopes: ['read'],
    tenantId: 'default',
  });
  const callback = {
    url: `${receiver}/ok?token=${planted.callbackUrlToken}`,
    ...{ secret: planted.callbackSecret, headers: { 'x-callback': planted.callbackHeader } },
  };
  const type = 'task.completed';
  const event = await api('POST', '/v1/events', { type, data: { n: 1 }, callback });
  await api('POST', '/v1/events', { type, data: 2, callback: { url: `${receiver}/ok` } });
  const tenant = await api('GET', '/v1/tenants/default/callback-secret');
  const attempt = await until(async () => {
    const { data } = (await api('GET', '/v1/attempts')) as unknown as { data: Thing[] };
    return data.length >= 8 ? (data.find((each) => each['status'] === 'failed') ?? null) : null;
  }, patienceMs);
  assert.ok(attempt, 'nothing failed');
  return {
    secrets: {
      keptAnswer: String(kept['secret']),
      tenantKey: String(key['key']),
      tenantCallbackSecret: String(tenant['secret']),
    },
    ids: { endpoint: endpoint.id, event: event.id, attempt: attempt.id },
  };
}

function slackUrl(): string {
  return `https://hooks.slack.com/services/${planted.slackPath}`;
}

/** Requests that carry secrets and are refused. */
async function provoke(api: ReturnType<typeof apiOf>, receiver: string): Promise<string> {
  const { urlPassword, signingSecret, customHeader } = planted;
  const refused: [path: string, body: unknown][] = [
    ['/v1/endpoints', { url: receiver.replace('://', `://user:${urlPassword}@`) }],
    ['/v1/endpoints', { url: receiver, headers: { host: customHeader } }],
    ['/v1/endpoints', { url: receiver, headers: { 'x-a': `${customHeader}\n` } }],
    ['/v1/endpoints', { url: receiver, secret: [signingSecret] }],
    ['/v1/endpoints', { url: receiver, secret: signingSecret.slice(6), scheme: 'standard' }],
    ['/v1/events', { type: 'a', data: 1, callback: { url: urlPassword } }],
    [`/v1/events?token=${planted.urlToken}`, { type: 1 }],
  ];
  const answers = refused.map(([path, body]) =>
    api.text(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  const wrong = { authorization: `Basic ${planted.operatorKey}` };
  const others = [
    api.text('/v1/events', { headers: wrong }),
    api.text('/v1/events', { headers: { 'posthorn-tenant': planted.operatorKey } }),
    api.text('/v1/events', { method: 'POST', body: `{"secret":"${signingSecret}` }),
  ];
  return (await Promise.all([...answers, ...others])).join('\n');
}

/** All that can be read without asking for a secret itself. */
async function readBack(api: ReturnType<typeof apiOf>, { ids }: Made) {
  const paths = [
    ...['/metrics', '/openapi.json', '/v1/events', '/v1/deliveries'],
    ...['/v1/attempts', '/v1/keys', '/v1/tenants', '/v1/subscriptions', '/v1/stats'],
    ...[`/v1/attempts/${ids['attempt']}`, `/v1/events/${ids['event']}`],
    `/v1/events/${ids['event']}/explain`,
  ];
  const { data } = JSON.parse(await api.text('/v1/attempts')) as { data: Thing[] };
  paths.push(...data.map(({ id }) => `/v1/attempts/${id}`));
  const read = async (from: string[]): Promise<string> =>
    (await Promise.all(from.map((path) => api.text(path)))).join('\n');
  const settings = ['/v1/endpoints', `/v1/endpoints/${ids['endpoint']}`];
  return { log: await read(paths), settings: await read(settings) };
}

function commands({ ids }: Made): string[][] {
  return [
    ['attempts', 'get', ids['attempt'] ?? ''],
    ['attempts', 'get', ids['attempt'] ?? '', '--json'],
    ['endpoints', 'get', ids['endpoint'] ?? '', '--json'],
    ['config'],
    ['config', 'explain'],
    ['doctor'],
  ];
}

/** Everything in the data directory but the two files whose content is a key. */
async function filesOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.key'));
  const files = names.map((name) => readFile(join(folder, name), 'latin1'));
  return (await Promise.all(files)).join('\n');
}

/** The titles and arguments of all processes of this user, where the system shows them. */
async function processTexts(): Promise<string> {
  const ids = await readdir('/proc').catch(() => []);
  const files = ids
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => [`/proc/${id}/cmdline`, `/proc/${id}/comm`]);
  const texts = files.map((file) => readFile(file, 'latin1').catch(() => ''));
  return (await Promise.all(texts)).join('\n');
}

/** A receiver that refuses what comes to `/refuse`. */
async function startReceiver(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(request.url?.startsWith('/refuse') === true ? 400 : 200).end('seen');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
