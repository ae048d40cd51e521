import assert from 'node:assert/strict';
import { readDetail } from '../../core/attempt-detail.ts';
import type { SendResult } from '../destination.ts';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { makeLeaf, makeRoot } from './contract/certificates.ts';
import { loopback } from './contract/machine.ts';
import { endpointWith, orderWith } from './contract/order.ts';
import { ScriptedReceiver } from './contract/scripted-receiver.ts';
import type { Step } from './contract/scripted-receiver.ts';
import { createHttpDestination } from './http-destination.ts';
import type { HttpDestinationDeps } from './http-destination.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

async function setUp(steps: readonly Step[], given: Partial<HttpDestinationDeps> = {}) {
  const receiver = new ScriptedReceiver({ steps, when: 'on_request', tls: null });
  const port = await receiver.listen();
  const sockets: Socket[] = [];
  const open = (to: { address: string; port: number }): Socket => {
    const socket = connect({ host: to.address, port: to.port });
    sockets.push(socket);
    return socket;
  };
  const destination = createHttpDestination({ ...loopback, open, ...given });
  const endpoint = endpointWith({ url: `http://127.0.0.1:${port}/in?a=1` });
  const stop = async (): Promise<void> => {
    await destination[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  };
  return { receiver, destination, endpoint, sockets, [Symbol.asyncDispose]: stop };
}

test('attempts that follow each other share a connection, and say so in their phases', async () => {
  await using set = await setUp([{ send: ok }]);

  const first = await set.destination.send(orderWith({ endpoint: set.endpoint }));
  const second = await set.destination.send(orderWith({ endpoint: set.endpoint }));

  assert.equal(set.sockets.length, 1);
  assert.notEqual(sightOf(first).phases.connectMs, null);
  assert.equal(sightOf(second).phases.connectMs, null);
  assert.notEqual(sightOf(second).phases.firstByteMs, null);
});

test('attempts at the same time have a connection each', async () => {
  await using set = await setUp([{ send: ok }]);
  const send = () => set.destination.send(orderWith({ endpoint: set.endpoint }));

  const results = await Promise.all([send(), send(), send()]);

  assert.ok(results.every(({ outcome }) => outcome.kind === 'answered'));
  assert.equal(set.sockets.length, 3);
});

test('a kept connection that the endpoint closed costs no attempt', async () => {
  const steps: Step[] = [
    { on_attempt: [1], do: [{ send: ok }] },
    { on_attempt: [2], do: [{ close: 'rst' }] },
    { on_attempt: 'rest', do: [{ send: ok }] },
  ];
  await using set = await setUp(steps);
  await set.destination.send(orderWith({ endpoint: set.endpoint }));

  const { outcome } = await set.destination.send(orderWith({ endpoint: set.endpoint }));

  assert.deepEqual(outcome, { kind: 'answered', status: 200, retryAfterMs: null });
  assert.equal(set.sockets.length, 2);
});

test('an answer that ends the connection leaves none behind', async () => {
  await using set = await setUp([{ send: ok.replace('\r\n', '\r\nConnection: close\r\n') }]);

  await set.destination.send(orderWith({ endpoint: set.endpoint }));
  const { outcome } = await set.destination.send(orderWith({ endpoint: set.endpoint }));

  assert.equal(outcome.kind, 'answered');
  assert.equal(set.sockets.length, 2);
});

test('what is cut ends as interrupted at once, and nothing else is', async () => {
  await using set = await setUp([{ sleep_ms: 60_000 }]);
  const [left, right] = [
    orderWith({ endpoint: set.endpoint }),
    orderWith({ endpoint: set.endpoint }),
  ];
  const results = [set.destination.send(left), set.destination.send(right)];

  set.destination.cut([left.attemptId]);
  const first = await Promise.race(results);
  set.destination.cut();
  const second = await results[1];

  assert.deepEqual(first.outcome, { kind: 'interrupted' });
  assert.deepEqual(second?.outcome, { kind: 'interrupted' });
});

test('the answer is kept to its limit, in memory of its own', async () => {
  const head = 'HTTP/1.1 500 X\r\nContent-Length: 20000\r\nX-A: b\r\n\r\n';
  await using set = await setUp([
    {
      send_parts: [
        [head, 1],
        ['e', 20_000],
      ],
    },
  ]);

  const result = await set.destination.send(orderWith({ endpoint: set.endpoint }));
  const { outcome } = result;
  const { answer } = sightOf(result);

  assert.deepEqual(outcome, { kind: 'answered', status: 500, retryAfterMs: null });
  assert.equal(answer?.body.length, 16_384);
  assert.equal(answer?.body.buffer.byteLength, 16_384);
  assert.equal(answer?.isTruncated, true);
  assert.deepEqual(answer?.headers.at(-1), ['X-A', 'b']);
});

test('the queue phase counts from when the delivery fell due', async () => {
  await using set = await setUp([{ send: ok }]);
  const order = orderWith({ endpoint: set.endpoint });

  const result = await set.destination.send({
    ...order,
    dueAt: (order.startedAt - 40) as never,
  });

  assert.equal(sightOf(result).phases.queueMs, 40);
});

test('https goes to the judged address under its name and tells of the handshake', async () => {
  const root = makeRoot('Posthorn test root');
  const leaf = makeLeaf('hooks.example.com', root);
  const tls = { cert: leaf.pem, key: leaf.keyPem };
  await using receiver = new ScriptedReceiver({ steps: [{ send: ok }], when: 'on_request', tls });
  const port = await receiver.listen();
  const resolve = () => Promise.resolve(['127.0.0.1']);
  await using destination = createHttpDestination({ ...loopback, resolve, trusted: root.pem });
  const endpoint = endpointWith({ url: `https://hooks.example.com.:${port}/in` });

  const result = await destination.send(orderWith({ endpoint }));

  assert.equal(result.outcome.kind, 'answered');
  assert.notEqual(sightOf(result).phases.tlsMs, null);
  assert.match(receiver.heads[0] ?? '', /^host: hooks\.example\.com\.:\d+$/m);
});

test('a request is sent once, to the path as it is, and never asks for compression', async () => {
  await using set = await setUp([{ send: ok }]);

  await set.destination.send(orderWith({ endpoint: set.endpoint }));

  const [head = ''] = set.receiver.heads;
  assert.match(head, /^POST \/in\?a=1 HTTP\/1\.1\r\n/);
  assert.doesNotMatch(head, /accept-encoding/i);
  assert.equal(set.receiver.heads.length, 1);
});

test('a changed endpoint is used from the next attempt', async () => {
  await using set = await setUp([{ send: ok }]);
  const { endpoint } = set;
  await set.destination.send(orderWith({ endpoint, endpointVersion: 1 }));
  const changed = { ...endpoint, headers: [['X-New', '1']] as const };

  await set.destination.send(orderWith({ endpoint: changed, endpointVersion: 2 }));

  assert.match(set.receiver.heads[1] ?? '', /^X-New: 1$/m);
});

function sightOf({ detail, answerBody }: SendResult) {
  return readDetail(detail, answerBody);
}
