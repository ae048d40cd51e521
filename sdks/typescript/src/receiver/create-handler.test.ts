import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webhook } from '../signing/webhook.ts';
import type { WebhookEvent } from '../signing/webhook-event.ts';
import { createHandler } from './create-handler.ts';
import type { HandlerOptions } from './create-handler.ts';
import { handlerFor } from './event-handlers.ts';
import { MemorySeenStore } from './memory-seen-store.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function receive(options: Partial<HandlerOptions>, headers: Record<string, string> = {}) {
  const body = '{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z","data":1}';
  const handler = createHandler({
    ...{ secret, store: new MemorySeenStore(), on: {}, onError: () => {} },
    ...options,
  });
  const signed = await webhook.sign(body, secret, { id: 'evt_1' });
  return handler.receive({ headers: { ...signed, ...headers }, body });
}

const picked: [because: string, type: string, expected: string | undefined][] = [
  ['the exact type wins', 'task.completed', 'task.completed'],
  ['then the longest pattern', 'task.step.done', 'task.step.*'],
  ['then a shorter one', 'task.started', 'task.*'],
  ['a pattern is not the type before its dot', 'task', '*'],
  ['what is inherited is no handler', 'constructor', '*'],
];
for (const [because, type, expected] of picked) {
  test(`${type}: ${because}`, () => {
    const names = ['task.completed', 'task.step.*', 'task.*', '*'];
    const on = Object.fromEntries(names.map((name) => [name, () => name]));

    assert.equal(handlerFor(on, type), expected === undefined ? undefined : on[expected]);
  });
}

test('without a handler for any type, none is found', () => {
  assert.equal(handlerFor({}, 'toString'), undefined);
});

const results: [because: string, result: unknown, body: RegExp][] = [
  ['small JSON is the answer', { a: 1 }, /^\{"a":1\}$/],
  ['null is JSON too', null, /^null$/],
  ['nothing says that it was processed', undefined, /^\{"status":"processed"\}$/],
  ['what is too large is left out', 'x'.repeat(20_000), /"resultOmitted":"20002 bytes/],
  ['what is no JSON is left out, and does not have the event sent again', 1n, /"resultOmitted"/],
];
for (const [because, result, body] of results) {
  test(`of a result: ${because}`, async () => {
    const answer = await receive({ on: { 'a.b': () => result } });

    assert.equal(answer.status, 200);
    assert.match(answer.body, body);
  });
}

test('a reporter of errors that throws does not change the answer', async (t) => {
  const written = t.mock.method(console, 'error', () => {});
  const onError = (): void => {
    throw new Error('the reporter is broken');
  };
  const on = { 'a.b': () => Promise.reject(new Error('no')) };

  const failed = await receive({ on, onError });
  const unverified = await receive({ onError }, { 'webhook-id': 'evt_2' });

  assert.deepEqual([failed.status, unverified.status], [500, 401]);
  assert.equal(written.mock.callCount(), 2);
});

test('a secret that is none is the receiver’s fault, not the sender’s', async () => {
  assert.equal((await receive({ secret: 'whsec_%' })).status, 500);
});

test('receivers that share a store are set apart by their names', async () => {
  const store = new MemorySeenStore();
  const seen: string[] = [];
  const receiver = (name: string): Partial<HandlerOptions> => ({
    ...{ store, name },
    on: { 'a.b': ({ id }: WebhookEvent) => void seen.push(`${name} ${id}`) },
  });

  for (const name of ['billing', 'search', 'billing']) await receive(receiver(name));

  assert.deepEqual(seen, ['billing evt_1', 'search evt_1']);
});

test('a lease is renewed while its handler runs, so that no other process begins', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = Date.now();
  const store = new MemorySeenStore({ now: () => now });
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const on = {
    'a.b': () => {
      begun.resolve();
      return promise;
    },
  };
  const first = receive({ store, on, now: () => now, leaseMs: 3_000 });
  await begun.promise;

  for (let passed = 0; passed < 20; passed += 1) {
    now += 1_000;
    t.mock.timers.tick(1_000);
    await new Promise((turn) => setImmediate(turn));
  }
  const second = await receive({ store, on, now: () => now, toleranceSeconds: 3_600 });

  resolve();
  assert.equal(second.status, 409);
  assert.equal((await first).status, 200);
});
