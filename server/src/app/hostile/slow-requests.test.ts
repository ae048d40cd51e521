import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openApi, operatorKey } from '../../api/contract/opened-api.ts';
import type { OpenedApi } from '../../api/contract/opened-api.ts';
import { limits } from '../../core/limits.ts';
import { casesOf } from './contract/corpus.ts';
import type { Generator } from './contract/generated.ts';

type Case = { id: string; reason: string; generator?: Generator };

/** What the server waits for in these tests; the ratio is that of the limits. */
const shortened = { headMs: 150, requestMs: 300, checkMs: 20 };
const patienceMs = 10_000;

const ofBodies = casesOf<Case>('bad-json', 127);
const ofHeads = casesOf<Case>('bad-headers', 93);

/** The real API on a socket; its waits are those of the limits, shortened. */
async function listening(): Promise<OpenedApi> {
  const api = await openApi();
  const { server } = api.app;
  assert.deepEqual(
    [server.headersTimeout, server.requestTimeout],
    [limits.requestHeadMs, limits.requestMs],
  );
  server.headersTimeout = shortened.headMs;
  server.requestTimeout = shortened.requestMs;
  // Read when the server begins to listen; the types do not know it.
  Object.assign(server, { connectionsCheckingInterval: shortened.checkMs });
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  return api;
}

class Client {
  answer = '';
  readonly #socket: Socket;

  constructor(api: OpenedApi) {
    this.#socket = connect((api.app.server.address() as AddressInfo).port, '127.0.0.1');
    this.#socket.on('error', () => {});
    this.#socket.on('data', (chunk: Buffer) => (this.answer += chunk.toString('latin1')));
  }

  get isOpen(): boolean {
    return !this.#socket.closed;
  }

  async write(text: string): Promise<void> {
    if (this.#socket.destroyed || this.#socket.write(text, 'latin1')) return;
    await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]);
  }

  async answered(): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs);
    while (this.answer === '') await once(this.#socket, 'data', { signal });
  }

  async closed(): Promise<string> {
    const signal = AbortSignal.timeout(patienceMs);
    if (this.isOpen) await once(this.#socket, 'close', { signal });
    return this.answer;
  }

  end(): void {
    this.#socket.destroy();
  }
}

function headOf(lines: string): string {
  return (
    'POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n' +
    `Authorization: Bearer ${operatorKey}\r\n${lines}\r\n`
  );
}

function find(cases: Case[], kind: string): Case & { generator: Generator } {
  const { generator, ...found } =
    cases.find((each) => each.generator?.kind === kind) ?? assert.fail();
  assert.ok(generator);
  return { ...found, generator };
}

/** A good request on a connection of its own. */
async function assertServes(api: OpenedApi): Promise<void> {
  const client = new Client(api);
  const body = '{"type":"a","data":1}';
  await client.write(headOf(`Connection: close\r\nContent-Length: ${body.length}\r\n`) + body);
  assert.match(await client.closed(), /^HTTP\/1\.1 202 /);
}

const short = find(ofBodies, 'short-body');
test(`${short.id}: ${short.reason}`, async () => {
  await using api = await listening();
  const client = new Client(api);

  const { declared = 0, sent = '' } = short.generator;
  await client.write(headOf(`Content-Length: ${declared}\r\n`) + sent);
  const answer = await client.closed();

  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /"code":"request_timeout"/);
  await assertServes(api);
});

test('a body that ends before its length is no event', async () => {
  await using api = await listening();
  const client = new Client(api);
  const whole = new Client(api);

  await client.write(headOf('Content-Length: 30\r\n') + '{"type":"a","data":1}');
  client.end();

  await assertServes(api);
  whole.end();
  const list = (await api.call({ url: '/v1/events' })).json<{ data: unknown[] }>();
  assert.equal(list.data.length, 1);
});

const slow = find(ofBodies, 'slow-body');
test(`${slow.id}: ${slow.reason}`, async () => {
  await using api = await listening();
  const client = new Client(api);

  await client.write(headOf('Content-Length: 1000\r\n'));
  while (client.isOpen && client.answer === '') {
    await client.write('{');
    await sleep(shortened.checkMs);
  }

  assert.match(await client.closed(), /^HTTP\/1\.1 408 /);
  await assertServes(api);
});

const endless = find(ofBodies, 'chunked');
test(`${endless.id}: ${endless.reason}`, async () => {
  await using api = await listening();
  const client = new Client(api);
  const piece = (endless.generator.chunk ?? '').repeat(1_000);
  const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`;
  let written = 0;

  await client.write(headOf('Transfer-Encoding: chunked\r\n'));
  // It never says that it has ended; what is written after the answer could only be lost.
  while (client.answer === '' && written <= limits.eventBytes + limits.envelopeBytes) {
    await client.write(chunk);
    written += piece.length;
  }

  assert.match(await client.closed(), /^HTTP\/1\.1 413 [^]*"code":"payload_too_large"/);
  await assertServes(api);
});

const slowHead = find(ofHeads, 'slow-headers');
test(`${slowHead.id}: ${slowHead.reason}`, async () => {
  await using api = await listening();
  const client = new Client(api);

  await client.write('GET /livez HTTP/1.1\r\nHost: a\r\n');
  for (let line = 0; client.isOpen && client.answer === ''; line += 1) {
    await client.write(`X-${line}: 1\r\n`);
    await sleep(shortened.checkMs);
  }

  assert.match(await client.closed(), /^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
  await assertServes(api);
});

test('two hundred clients that never finish their heads keep nobody out and are cut', async () => {
  await using api = await listening();
  const clients = Array.from({ length: 200 }, () => new Client(api));
  await Promise.all(clients.map((each) => each.write('POST /v1/events HTTP/1.1\r\nHost:')));

  await assertServes(api);
  const answers = await Promise.all(clients.map((each) => each.closed()));

  assert.ok(answers.every((answer) => answer.startsWith('HTTP/1.1 408 ')));
  await assertServes(api);
});

test('clients past the limit are let go at once, and one that leaves makes room', async () => {
  await using api = await listening();
  api.app.server.maxConnections = 5;
  const clients = Array.from({ length: 5 }, () => new Client(api));
  await Promise.all(clients.map((each) => each.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n')));
  await Promise.all(clients.map((each) => each.answered()));

  const refused = await new Client(api).closed();
  clients[0]?.end();
  while ((await connectionsOf(api)) === clients.length) await sleep(shortened.checkMs);

  assert.equal(refused, '');
  await assertServes(api);
});

function connectionsOf({ app }: OpenedApi): Promise<number> {
  return new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)));
}
