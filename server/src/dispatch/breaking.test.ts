import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointId } from '../core/ids.ts';
import { answered } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const minute = 60 * second;

/** Often and for long: the breaker, not the budget, ends what goes on here. */
const retry = {
  kind: 'exponential',
  ...{ initialMs: 3 * second, factor: 1, maxDelayMs: 3 * second, maxAttempts: 50, jitter: 0 },
} as const;

/** An endpoint whose breaker has just opened. */
async function tripped(world: DispatchWorld): Promise<EndpointId> {
  const endpoint = await world.endpoint({ retry, breaker: { failuresInARow: 5, openMs: minute } });
  world.scripted.script(endpoint, answered(500));
  await world.publish(endpoint);
  await world.until(() => world.dispatcher.circuit(endpoint) === 'open', minute);
  return endpoint;
}

test('five failures in a row over ten seconds open the circuit', async () => {
  await using world = await DispatchWorld.open();

  const endpoint = await tripped(world);

  const startedAt = world.scripted.ordersTo(endpoint).map((order) => order.startedAt);
  assert.equal(startedAt.length, 5);
  assert.ok((startedAt.at(-1) ?? 0) - (startedAt[0] ?? 0) >= 10 * second);
  const changes = world.signals.filter(({ signal }) => signal === 'breaker_changed');
  assert.deepEqual(
    changes.map((change) => change.signal === 'breaker_changed' && change.is),
    ['open'],
  );
});

test('while it is open deliveries are held and spend no attempt', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await tripped(world);
  const sentCount = world.scripted.orders.length;

  const ids = await world.publishMany(3, endpoint);
  await world.pass(minute - second);

  assert.equal(world.scripted.orders.length, sentCount);
  for (const id of ids) assert.equal((await world.delivery(id)).attemptCount, 0);
});

test('when its time is over one probe goes, the delivery that was tried least', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await tripped(world);
  const [fresh] = await world.publishMany(1, endpoint);
  const sentCount = world.scripted.orders.length;

  await world.pass(minute + 10 * second);

  const since = world.scripted.orders.slice(sentCount);
  assert.deepEqual(
    since.map(({ deliveryId }) => deliveryId),
    [fresh],
  );
  assert.equal(world.dispatcher.circuit(endpoint), 'open');
});

test('a failed probe doubles the time that it stays open', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await tripped(world);
  const openedAt = world.time.now();

  await world.until(() => world.scripted.ordersTo(endpoint).length === 7, 10 * minute);

  const probes = world.scripted.ordersTo(endpoint).slice(5);
  const sinceOpen = probes.map(({ startedAt }) => startedAt - openedAt);
  assert.ok((sinceOpen[0] ?? 0) >= minute);
  assert.ok((sinceOpen[1] ?? 0) >= 3 * minute);
  assert.ok((sinceOpen[1] ?? 0) < 3 * minute + 10 * second);
});

test('a probe that succeeds closes it and everything that was held goes', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await tripped(world);
  const ids = await world.publishMany(20, endpoint);
  world.scripted.script(endpoint, answered(200));

  await world.until(async () => (await world.count(endpoint, 'delivered')) === 21, 2 * minute);

  assert.equal(world.dispatcher.circuit(endpoint), 'closed');
  for (const id of ids) assert.equal((await world.attempts(id)).length, 1);
});

test('an open circuit is still open after a restart, and probes when it would have', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await tripped(world);
  const openedAt = world.time.now();
  const sentCount = world.scripted.orders.length;

  await world.restart();
  await world.publishMany(3, endpoint);
  await world.until(() => world.scripted.orders.length > sentCount, 2 * minute);

  const probe = world.scripted.orders[sentCount];
  assert.ok(probe !== undefined && probe.startedAt - openedAt >= minute);
  assert.equal(world.scripted.orders.length, sentCount + 1);
});

test('since when an endpoint fails is remembered over a restart, and disables it', async () => {
  await using world = await DispatchWorld.open();
  const once = { kind: 'schedule', delaysMs: [], jitter: 0 } as const;
  const endpoint = await world.endpoint({ retry: once });
  world.scripted.script(endpoint, answered(400));
  for (const id of await world.publishMany(9, endpoint)) await world.reaches(id, 'dead');
  const [before] = await world.store.catalogue.health();

  await world.restart();
  world.time.skip(5 * 24 * 60 * minute);
  await world.reaches(await world.publish(endpoint), 'dead');

  assert.equal(before?.failedCount, 9);
  assert.equal(world.stored(endpoint).value.status.is, 'disabled');
});

const neutral = [400, 413, 422];
for (const status of neutral) {
  test(`${status} is about the event, and opens no circuit`, async () => {
    await using world = await DispatchWorld.open();
    const endpoint = await world.endpoint({ retry });
    world.scripted.script(endpoint, answered(status));

    const id = await world.publish(endpoint);
    await world.until(async () => (await world.delivery(id)).attemptCount >= 8, minute);

    assert.equal(world.dispatcher.circuit(endpoint), 'closed');
  });
}
