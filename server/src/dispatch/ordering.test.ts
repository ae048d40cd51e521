import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryId, EndpointId } from '../core/ids.ts';
import type { Queue } from '../store/queue.ts';
import { answered, hangs } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const minute = 60 * second;
const delivery = { orderKey: 'task:t-1' };
const once = { kind: 'schedule', delaysMs: [], jitter: 0 } as const;
const patient = { kind: 'schedule', delaysMs: [second, 2 * second], jitter: 0 } as const;

function sentTo(world: DispatchWorld, endpoint: EndpointId): DeliveryId[] {
  return world.scripted.ordersTo(endpoint).map(({ deliveryId }) => deliveryId);
}

test('deliveries of one key go one at a time, in the order accepted', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  let atOnceMax = 0;
  const ids = await world.publishMany(10, endpoint, { delivery });

  await world.until(async () => {
    atOnceMax = Math.max(atOnceMax, world.scripted.inFlightCount);
    return (await world.count(endpoint, 'delivered')) === 10;
  }, minute);

  assert.equal(atOnceMax, 1);
  assert.deepEqual(sentTo(world, endpoint), ids);
});

test('deliveries of other keys do not wait for it', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));

  const [blocked, follower] = await world.publishMany(2, endpoint, { delivery });
  const other = await world.publish(endpoint, { delivery: { orderKey: 'task:t-2' } });
  await world.reaches(other, 'delivered', second);

  assert.deepEqual(sentTo(world, endpoint), [blocked, other]);
  assert.ok(follower);
  assert.equal((await world.delivery(follower)).attemptCount, 0);
});

test('the next of a key goes only after the record of the one before has committed', async () => {
  const recording = Promise.withResolvers<void>();
  await using world = await DispatchWorld.open({
    around: (store) => {
      const record: Queue['record'] = async (records) => {
        await recording.promise;
        return store.queue.record(records);
      };
      return { ...store, queue: { ...store.queue, record } };
    },
  });
  const endpoint = await world.endpoint();
  const [first, next] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(next);

  await world.pass(10 * second);
  const sentBefore = sentTo(world, endpoint);
  recording.resolve();
  await world.reaches(next, 'delivered');

  assert.deepEqual(sentBefore, [first]);
  assert.deepEqual(sentTo(world, endpoint), [first, next]);
});

test('a head that fails is tried again before its followers go', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry: patient });
  world.scripted.script(endpoint, answered(500), answered(500), answered(200));

  const [head, follower] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(follower);
  await world.reaches(follower, 'delivered');

  assert.deepEqual(sentTo(world, endpoint), [head, head, head, follower]);
});

test('when the head is dead its followers go on', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry: once, onDead: 'continue' });
  world.scripted.script(endpoint, answered(500), answered(200));

  const [head, follower] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(head !== undefined && follower !== undefined);
  await world.reaches(follower, 'delivered');

  assert.equal((await world.delivery(head)).state.is, 'dead');
});

for (const [to, expected] of [
  ['retry', 'delivered'],
  ['cancel', 'cancelled'],
] as const) {
  test(`with onDead hold a dead head keeps its followers back until its ${to}`, async () => {
    await using world = await DispatchWorld.open();
    const endpoint = await world.endpoint({ retry: once, onDead: 'hold' });
    world.scripted.script(endpoint, answered(500), answered(200));
    const [head, follower] = await world.publishMany(2, endpoint, { delivery });
    assert.ok(head !== undefined && follower !== undefined);
    await world.reaches(head, 'dead');
    await world.pass(minute);
    const sentBefore = sentTo(world, endpoint);

    await world.change(head, to);
    await world.reaches(follower, 'delivered');

    assert.deepEqual(sentBefore, [head]);
    assert.equal((await world.delivery(head)).state.is, expected);
  });
}

test('after orderWaitMs a failing head is tried once more and given up', async () => {
  await using world = await DispatchWorld.open();
  const retry = {
    kind: 'schedule',
    delaysMs: [second, 60 * minute, 60 * minute],
    jitter: 0,
  } as const;
  const endpoint = await world.endpoint({ retry, orderWaitMs: 5 * minute });
  world.scripted.script(endpoint, answered(500), answered(500), answered(500), answered(200));

  const [head, follower] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(head !== undefined && follower !== undefined);
  const dead = await world.reaches(head, 'dead', 10 * minute);
  await world.reaches(follower, 'delivered');

  assert.equal(dead.state.is === 'dead' && dead.state.reason, 'order_wait_over');
  assert.equal(dead.attemptCount, 3);
  const [first, , last] = await world.attempts(head);
  assert.ok((last?.startedAt ?? 0) - (first?.startedAt ?? 0) >= 5 * minute);
  assert.ok((last?.startedAt ?? 0) - (first?.startedAt ?? 0) < 5 * minute + second);
});

test('with orderWaitMs 0 a head blocks its key as long as its policy retries', async () => {
  await using world = await DispatchWorld.open();
  const retry = { kind: 'schedule', delaysMs: [60 * minute], jitter: 0 } as const;
  const endpoint = await world.endpoint({ retry, orderWaitMs: 0 });
  world.scripted.script(endpoint, answered(500), answered(200));

  const [head, follower] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(follower);
  await world.reaches(follower, 'delivered', 61 * minute);

  assert.deepEqual(sentTo(world, endpoint), [head, head, follower]);
});

test('a cancelled head lets the next of its key go', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry: patient });
  world.scripted.script(endpoint, answered(500), answered(200));
  const [head, follower] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(head !== undefined && follower !== undefined);
  await world.until(async () => (await world.attempts(head)).length === 1, second);

  await world.change(head, 'cancel');
  await world.reaches(follower, 'delivered');
  await world.pass(minute);

  assert.deepEqual(sentTo(world, endpoint), [head, follower]);
});

test('a head retried while its attempt is in flight lets none of its key go along', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const [head, follower] = await world.publishMany(2, endpoint, { delivery });
  assert.ok(head !== undefined && follower !== undefined);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  await world.change(head, 'retry');
  await world.pass(10 * second);
  const sentBefore = sentTo(world, endpoint);
  world.scripted.end(endpoint, { kind: 'answered', status: 200, retryAfterMs: null });
  await world.reaches(follower, 'delivered');

  assert.equal(sentBefore.includes(follower), false);
  assert.equal((await world.delivery(head)).state.is, 'delivered');
});

test('after a restart a key goes on with the one that was next', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(200), answered(200), hangs, answered(200));
  const ids = await world.publishMany(5, endpoint, { delivery });
  await world.until(() => world.scripted.orders.length === 3, minute);

  await world.restart();
  await world.until(async () => (await world.count(endpoint, 'delivered')) === 5, minute);

  const [a, b, c, d, e] = ids;
  assert.deepEqual(sentTo(world, endpoint), [a, b, c, c, d, e]);
});
