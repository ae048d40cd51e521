import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import type { EndpointId, Position } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Signal } from '../../core/signal.ts';
import { endpointWith, eventWith, orderWith } from '../../destinations/http/contract/order.ts';
import { systemClock } from '../system-clock.ts';
import { systemTimers } from '../system-timers.ts';
import { SenderClient } from './sender-client.ts';

const settings = { allow: [], allowLoopback: true, userAgent: 'Posthorn-test/1' };
const clock = systemClock();

/** A receiver that answers 200, or never; and what it was sent. */
class Receiver implements AsyncDisposable {
  readonly bodies: Buffer[] = [];
  isHanging = false;
  #arrived = Promise.withResolvers<void>();
  readonly #server = createServer((request, response) => {
    void buffer(request).then((body) => {
      this.bodies.push(body);
      this.#arrived.resolve();
      if (!this.isHanging) response.end();
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Answers when a request has come since the last call. */
  async arrival(): Promise<void> {
    await this.#arrived.promise;
    this.#arrived = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** The threads that were started while a test ran. */
function watchThreads(): Disposable & { readonly threads: Worker[] } {
  const threads: Worker[] = [];
  const note = (worker: Worker): void => void threads.push(worker);
  process.on('worker', note);
  return { threads, [Symbol.dispose]: () => void process.off('worker', note) };
}

test('orders of one turn for one event are all sent, each to its endpoint', async () => {
  await using receiver = new Receiver();
  const url = await receiver.listen();
  await using client = new SenderClient(settings, { clock, timers: systemTimers });
  const event = eventWith({});
  const ids = ['ep_1', 'ep_2', 'ep_3'] as EndpointId[];

  const results = await Promise.all(
    ids.map((id) => client.send(orderWith({ event, endpoint: endpointWith({ id, url }) }))),
  );

  assert.deepEqual(
    results.map(({ outcome }) => outcome.kind === 'answered' && outcome.status),
    [200, 200, 200],
  );
  assert.equal(new Set(receiver.bodies.map(String)).size, 1);
});

test('a changed endpoint is used as it is now', async () => {
  await using receiver = new Receiver();
  const url = await receiver.listen();
  await using client = new SenderClient(settings, { clock, timers: systemTimers });

  const before = await client.send(orderWith({ endpoint: endpointWith({ url: 'http://[::2]/' }) }));
  const after = await client.send(
    orderWith({ endpoint: endpointWith({ url }), endpointVersion: 2 }),
  );

  assert.equal(before.outcome.kind, 'forbidden');
  assert.equal(after.outcome.kind, 'answered');
});

test('what is cut ends as interrupted', async () => {
  await using receiver = new Receiver();
  receiver.isHanging = true;
  const endpoint = endpointWith({ url: await receiver.listen(), timeoutMs: 60_000 });
  await using client = new SenderClient(settings, { clock, timers: systemTimers });
  const [one, other] = [orderWith({ endpoint }), orderWith({ endpoint })];
  const ended = Promise.all([client.send(one), client.send(other)]);
  await receiver.arrival();

  client.cut([one.attemptId]);
  client.cut();

  const kinds = (await ended).map(({ outcome }) => outcome.kind);
  assert.deepEqual(kinds, ['interrupted', 'interrupted']);
});

test('when the thread dies what it held has crashed, and another one goes on', async () => {
  using watched = watchThreads();
  await using receiver = new Receiver();
  receiver.isHanging = true;
  const endpoint = endpointWith({ url: await receiver.listen(), timeoutMs: 60_000 });
  const told: Signal[] = [];
  const emit = (signal: Signal): void => void told.push(signal);
  await using client = new SenderClient(settings, { clock, timers: systemTimers, emit });
  const held = client.send(orderWith({ endpoint }));
  await receiver.arrival();

  await watched.threads[0]?.terminate();
  const crashed = await held;
  receiver.isHanging = false;
  const next = await client.send(orderWith({ endpoint }));

  assert.equal(crashed.outcome.kind, 'sender_crashed');
  assert.equal(next.outcome.kind, 'answered');
  assert.equal(watched.threads.length, 2);
  assert.deepEqual(told, [{ signal: 'sender_died', attemptCount: 1 }]);
});

test('events past what the thread may hold are brought again when they are needed', async () => {
  await using receiver = new Receiver();
  const endpoint = endpointWith({ url: await receiver.listen(), format: 'raw' });
  await using client = new SenderClient(settings, { clock, timers: systemTimers });
  const bytes = limits.senderCacheBytes / 4;
  const events = Array.from({ length: 6 }, (_, index) =>
    eventWith({ position: (index + 1) as Position, data: Buffer.alloc(bytes, 65 + index) }),
  );

  for (const event of [...events, ...events]) await client.send(orderWith({ event, endpoint }));

  const firsts = receiver.bodies.map((body) => String.fromCharCode(body[0] ?? 0)).join('');
  assert.equal(firsts, 'ABCDEFABCDEF');
  assert.ok(receiver.bodies.every((body) => body.length === bytes && body.at(-1) === body[0]));
});

test('data of its own goes with an order, and stays apart from its event', async () => {
  await using receiver = new Receiver();
  const endpoint = endpointWith({ url: await receiver.listen(), format: 'raw' });
  await using client = new SenderClient(settings, { clock, timers: systemTimers });
  const event = eventWith({ data: Buffer.from('{"own":false}') });
  const merged = { ...event, data: Buffer.from('{"own":true}') };

  for (const each of [{ event }, { event: merged, hasOwnData: true }, { event }]) {
    await client.send(orderWith({ ...each, endpoint }));
  }

  const bodies = receiver.bodies.map((body) => body.toString());
  assert.deepEqual(bodies, ['{"own":false}', '{"own":true}', '{"own":false}']);
});
