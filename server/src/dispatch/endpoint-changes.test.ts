import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later } from '../core/instant.ts';
import { acme } from '../store/contract/sample.ts';
import type { Queue } from '../store/queue.ts';
import { answered, hangs } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

test('410 disables the endpoint and everything that waits for it is dead', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(410));
  const dueAt = later(world.time.now(), 30 * minute);

  const first = await world.publish(endpoint);
  const others = await world.publishMany(4, endpoint, { delivery: { dueAt } });
  await world.until(async () => (await world.count(endpoint, 'dead')) === 5, minute);

  const { status } = world.stored(endpoint).value;
  assert.equal(status.is === 'disabled' && status.reason, 'gone');
  const states = await Promise.all([first, ...others].map((id) => world.delivery(id)));
  assert.deepEqual(
    states.map(({ state }) => state.is === 'dead' && state.reason),
    ['endpoint_gone', ...others.map(() => 'endpoint_disabled')],
  );
  assert.equal(world.scripted.orders.length, 1);
  assert.ok(world.signals.some(({ signal }) => signal === 'endpoint_disabled'));
});

test('2,500 deliveries of a disabled endpoint end in steps of at most 1,000', async () => {
  const steps: number[] = [];
  await using world = await DispatchWorld.open({
    around: (store) => {
      const settle: Queue['settle'] = async (request) => {
        const answer = await store.queue.settle(request);
        steps.push(answer.count);
        return answer;
      };
      return { ...store, queue: { ...store.queue, settle } };
    },
  });
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(410));
  const dueAt = later(world.time.now(), 30 * minute);

  await world.acceptMany(2_500, endpoint, { delivery: { dueAt } });
  await world.publish(endpoint);
  await world.until(async () => (await world.count(endpoint, 'dead')) === 2_501, minute);

  assert.equal(await world.count(endpoint, 'pending'), 0);
  assert.deepEqual(
    steps.filter((count) => count > 0),
    [1_000, 1_000, 500],
  );
  assert.equal(world.scripted.orders.length, 1);
});

test('what waits for a deleted endpoint is cancelled', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ maxInFlight: 1 });
  world.scripted.script(endpoint, hangs);
  const [first, waiting] = await world.publishMany(2, endpoint);
  assert.ok(first !== undefined && waiting !== undefined);
  await world.until(() => world.scripted.inFlightCount === 1, minute);

  const at = world.time.now();
  await world.changeEndpoint(endpoint, { status: { is: 'deleted', at } });
  const cancelled = await world.reaches(waiting, 'cancelled');

  assert.deepEqual(cancelled.state, { is: 'cancelled', at, reason: 'endpoint_deleted' });
  await world.pass(minute);
  assert.equal(world.scripted.orders.length, 1);
});

test('a success in flight while its endpoint is deleted is recorded as delivered', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs);
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, minute);

  await world.changeEndpoint(endpoint, { status: { is: 'deleted', at: world.time.now() } });
  await world.reaches(id, 'cancelled');
  world.scripted.end(endpoint, { kind: 'answered', status: 200, retryAfterMs: null });
  await world.reaches(id, 'delivered');

  assert.equal((await world.attempts(id)).length, 1);
});

test('a paused endpoint keeps what is published, and gets it when it is resumed', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  await world.changeEndpoint(endpoint, { status: { is: 'paused' } });

  const ids = await world.publishMany(3, endpoint);
  await world.pass(minute);
  const heldCount = await world.count(endpoint, 'pending');
  await world.changeEndpoint(endpoint, { status: { is: 'active' } });
  for (const id of ids) await world.reaches(id, 'delivered');

  assert.equal(heldCount, 3);
  assert.equal(world.scripted.orders.length, 3);
});

test('what waits for a paused endpoint grows old all the same', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ maxAgeMs: minute });
  await world.changeEndpoint(endpoint, { status: { is: 'paused' } });

  const [id] = await world.publishMany(1, endpoint);
  assert.ok(id);
  const dead = await world.reaches(id, 'dead', 2 * minute);

  assert.equal(dead.state.is === 'dead' && dead.state.reason, 'expired');
  assert.equal(world.scripted.orders.length, 0);
  assert.ok(dead.state.is === 'dead' && dead.state.at - dead.firstDueAt > minute);
});

test('what is in flight when its endpoint is paused goes on to its record alone', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, minute);

  await world.changeEndpoint(endpoint, { status: { is: 'paused' } });
  world.scripted.end(endpoint, { kind: 'unanswered', error: 'timeout' });
  await world.pass(5 * minute);

  assert.equal((await world.attempts(id)).length, 1);
  assert.equal((await world.delivery(id)).state.is, 'pending');
});

const failing: [because: string, days: number, attempts: number, expected: string][] = [
  ['five days and ten failed attempts without a success disable it', 5, 10, 'disabled'],
  ['five days with nine attempts do not', 5, 9, 'active'],
  ['ten attempts within four days do not', 4, 10, 'active'],
];
for (const [because, days, attempts, expected] of failing) {
  test(`an endpoint fails for ${days} days in ${attempts} attempts: ${because}`, async () => {
    await using world = await DispatchWorld.open();
    const once = { kind: 'schedule', delaysMs: [], jitter: 0 } as const;
    const endpoint = await world.endpoint({ retry: once });
    world.scripted.script(endpoint, answered(400));

    const early = await world.publishMany(attempts - 1, endpoint);
    for (const id of early) await world.reaches(id, 'dead');
    world.time.skip(days * day);
    await world.reaches(await world.publish(endpoint), 'dead');

    const { status } = world.stored(endpoint).value;
    assert.equal(status.is, expected);
    assert.ok(status.is !== 'disabled' || status.reason === 'failing');
  });
}

test('one success within the five days keeps an endpoint going', async () => {
  await using world = await DispatchWorld.open();
  const once = { kind: 'schedule', delaysMs: [], jitter: 0 } as const;
  const endpoint = await world.endpoint({ retry: once });
  const failures = Array.from({ length: 12 }, () => answered(400));
  world.scripted.script(endpoint, ...failures.slice(0, 10), answered(200), answered(400));

  for (const id of await world.publishMany(10, endpoint)) await world.reaches(id, 'dead');
  world.time.skip(4 * day);
  await world.reaches(await world.publish(endpoint), 'delivered');
  world.time.skip(2 * day);
  await world.reaches(await world.publish(endpoint), 'dead');

  assert.equal(world.stored(endpoint).value.status.is, 'active');
});

test('a change of the URL acts from the next attempt', async () => {
  await using world = await DispatchWorld.open();
  const retry = { kind: 'schedule', delaysMs: [minute], jitter: 0 } as const;
  const endpoint = await world.endpoint({ retry });
  world.scripted.script(endpoint, answered(500), answered(200));
  const id = await world.publish(endpoint);
  await world.until(async () => (await world.attempts(id)).length === 1, second);

  await world.changeEndpoint(endpoint, { url: 'https://new.example/hook' });
  await world.reaches(id, 'delivered', 2 * minute);

  const urls = (await world.attempts(id)).map(({ request }) => request.url);
  assert.deepEqual(urls, ['https://receiver.example/hook', 'https://new.example/hook']);
});

test('a delivery that is cancelled while it waits never starts', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ maxInFlight: 1 });
  world.scripted.script(endpoint, hangs, answered(200));
  const [first, waiting] = await world.publishMany(2, endpoint);
  assert.ok(first !== undefined && waiting !== undefined);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  await world.change(waiting, 'cancel');
  world.scripted.end(endpoint, { kind: 'answered', status: 200, retryAfterMs: null });
  await world.reaches(first, 'delivered');
  await world.pass(minute);

  assert.deepEqual(
    world.scripted.orders.map(({ deliveryId }) => deliveryId),
    [first],
  );
});

test('a delivery that is cancelled while its payload is read never starts', async () => {
  const reading = Promise.withResolvers<void>();
  const readable = Promise.withResolvers<void>();
  await using world = await DispatchWorld.open({
    around: (store) => {
      const readEvents: Queue['readEvents'] = async (query) => {
        reading.resolve();
        await readable.promise;
        return store.queue.readEvents(query);
      };
      return { ...store, queue: { ...store.queue, readEvents } };
    },
  });
  const endpoint = await world.endpoint();
  const [id] = await world.acceptMany(1, endpoint);
  assert.ok(id);
  let isReading = false;
  void reading.promise.then(() => (isReading = true));
  await world.until(() => isReading, 10 * second);

  await world.change(id, 'cancel');
  readable.resolve();
  await world.pass(minute);

  assert.deepEqual(world.scripted.orders, []);
  assert.equal((await world.delivery(id)).state.is, 'cancelled');
  assert.equal((await world.store.finder.backlog()).pendingCount, 0);
  assert.equal(world.dispatcher.counts().held, 0);
});

test('what waits for an endpoint no longer known is cancelled after a restart', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  const [id] = await world.acceptMany(1, endpoint);
  assert.ok(id);
  const { value, version } = world.stored(endpoint);
  const write = { resource: { kind: 'endpoint', value }, expects: version, remove: true } as const;
  await world.store.catalogue.change({ tenantId: acme, writes: [write], idempotency: null });

  await world.restart();

  await world.reaches(id, 'cancelled');
  assert.deepEqual(world.scripted.orders, []);
});
