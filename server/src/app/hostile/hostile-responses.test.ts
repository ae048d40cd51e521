import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loopback } from '../../destinations/http/contract/machine.ts';
import { endpointWith, orderWith } from '../../destinations/http/contract/order.ts';
import { ScriptedReceiver } from '../../destinations/http/contract/scripted-receiver.ts';
import type { Step } from '../../destinations/http/contract/scripted-receiver.ts';
import { createHttpDestination } from '../../destinations/http/http-destination.ts';
import { casesOf } from './contract/corpus.ts';
import { heapGrowth } from './contract/heap-growth.ts';
import { asJson, HostileStage } from './contract/hostile-stage.ts';

type Expect = {
  attempt: 'failed' | 'succeeded' | 'mixed' | 'any';
  error?: string;
  also?: string[];
  retry?: boolean;
};
type Case = {
  id: string;
  category: string;
  reason: string;
  steps: (Step & { listen?: boolean; accept?: string; parallel_connections?: number })[];
  expect: Expect;
  when?: 'on_accept';
  request_bytes?: number;
};
type Attempt = {
  id: string;
  eventId: string;
  deliveryId: string;
  status: 'succeeded' | 'failed';
  statusCode: number | null;
  error: string | null;
};

const timeoutMs = 3_000;
const patienceMs = 30_000;
const pollMs = 50;
const keptBytes = 16 * 1_024;
const growthMax = 20_000_000;

/** Cases that expect less than can be known, and what is known earlier. */
const disputed: Readonly<Record<string, string>> = { 'r-010': 'protocol_error' };

/**
 * What needs its own certificates, resolver, kernel queue or several attempts is played against the
 * destination alone, as all of them are, in destinations/http/hostile-responses.test.ts.
 */
const elsewhere = ['tls', 'dns', 'sequence'];
const cases = casesOf<Case>('hostile-responses', 101).filter(
  ({ category, steps }) => !elsewhere.includes(category) && steps[0]?.accept === undefined,
);

let stage: HostileStage;
const receivers = new AsyncDisposableStack();
const attempts = new Map<string, Attempt>();

before(async () => {
  stage = await HostileStage.open();
  console.log(`hostile-responses: ${cases.length} of them by whole deliveries`);
  await Promise.all(cases.map(open));
  await Promise.all(cases.map(publish));
  await stage.delivers();
  await recorded();
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await receivers.disposeAsync();
});

for (const each of cases) {
  test(`${each.id} is recorded as it ended: ${each.reason}`, async () => {
    const attempt = attempts.get(each.id);
    assert.ok(attempt);

    const delivery = await read<{ state: string }>(`/v1/deliveries/${attempt.deliveryId}`);
    const shown = await read<{ response: { body?: string } | null }>(`/v1/attempts/${attempt.id}`);

    const { expect } = each;
    const name = attempt.error ?? attempt.status;
    const accepted = [expect.error ?? expect.attempt, ...(expect.also ?? []), disputed[each.id]];
    assert.ok(accepted.includes(name), `saw ${name}`);
    const failed = expect.retry === false ? 'dead' : 'pending';
    assert.equal(delivery.state, attempt.status === 'succeeded' ? 'delivered' : failed);
    assert.ok(Buffer.byteLength(shown.response?.body ?? '') <= keptBytes * 3);
  });
}

test('an endpoint that is gone gets no more, and all others do', async () => {
  const { data } = await read<{ data: { description: string; status: string }[] }>(
    '/v1/endpoints?limit=500',
  );

  const disabled = data.filter(({ status }) => status === 'disabled');

  const gone = cases.filter(({ expect }) => expect.error === 'http_410').map(({ id }) => id);
  assert.deepEqual(
    disabled.map(({ description }) => description),
    gone,
  );
  await stage.delivers();
});

test('hostile endpoints that are asked a thousand times hold no memory', async () => {
  const names = ['r-008', 'r-013', 'r-017', 'r-028', 'r-031', 'r-035', 'r-044', 'r-058'];
  const ports = await Promise.all(cases.filter(({ id }) => names.includes(id)).map(portOf));
  await using destination = createHttpDestination(loopback);
  const orders = ports.map((port) =>
    orderWith({ endpoint: endpointWith({ url: `http://127.0.0.1:${port}/` }) }),
  );

  const growth = await heapGrowth(5, async () => {
    for (let time = 0; time < 25; time += 1) {
      await Promise.all(orders.map((order) => destination.send(order)));
    }
  });

  assert.equal(ports.length, names.length);
  assert.ok(growth < growthMax, `${growth} bytes`);
});

async function open(each: Case): Promise<void> {
  const url = `http://127.0.0.1:${await portOf(each)}/hook`;
  await made({ url, description: each.id, types: [`hostile.${each.id}`], timeoutMs });
}

async function publish(each: Case): Promise<void> {
  const data = 'd'.repeat(Math.min(each.request_bytes ?? 100, 1_000_000));
  const event = asJson({ id: each.id, type: `hostile.${each.id}`, data });
  const { status, text } = await stage.ask('POST', '/v1/events', event);
  assert.equal(status, 202, text);
}

async function portOf({ steps, when }: Case): Promise<number> {
  if (steps[0]?.listen === false) return unusedPort();
  const script = { steps, when: when ?? ('on_request' as const), tls: null };
  return receivers.use(new ScriptedReceiver(script)).listen();
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function made(endpoint: object): Promise<void> {
  const { status, text } = await stage.ask('POST', '/v1/endpoints', asJson(endpoint));
  assert.equal(status, 201, text);
}

/** Waits until each case has its first attempt in the log. */
async function recorded(): Promise<void> {
  for (let turn = 0; attempts.size < cases.length; turn += 1) {
    assert.ok(turn * pollMs < patienceMs, `${attempts.size} of ${cases.length} attempts`);
    const { data } = await read<{ data: Attempt[] }>('/v1/attempts?limit=500');
    const hostile = data.filter(({ eventId }) => eventId.startsWith('r-'));
    for (const each of hostile) attempts.set(each.eventId, each);
    await sleep(pollMs);
  }
}

async function read<Answer>(path: string): Promise<Answer> {
  const { status, text } = await stage.ask('GET', path);
  assert.equal(status, 200, text);
  return JSON.parse(text) as Answer;
}
