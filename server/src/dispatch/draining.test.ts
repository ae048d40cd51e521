import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { answered, hangs } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const waitMs = 25 * second;

/** Runs a drain beside the time that must pass for it; answers how much that was. */
async function drained(world: DispatchWorld): Promise<number> {
  const startedAt = world.time.now();
  let isDrained = false;
  void world.dispatcher.drain({ waitMs }).then(() => (isDrained = true));
  await world.until(() => isDrained, waitMs + limits.drainRecordsMs + second);
  return world.time.now() - startedAt;
}

test('with nothing in flight a drain takes no time', async () => {
  await using world = await DispatchWorld.open();

  assert.equal(await drained(world), 0);
});

test('a drain waits for what is in flight and for its record', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  const lengthMs = await drained(world);

  assert.ok(lengthMs < second);
  assert.equal((await world.delivery(id)).state.is, 'delivered');
});

test('nothing starts once a drain has begun', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ maxInFlight: 1 });
  const first = await world.publishMany(3, endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  const draining = drained(world);
  const late = await world.publishMany(2, endpoint);
  await draining;
  await world.pass(10 * second);

  assert.equal(world.scripted.orders.length, 1);
  assert.equal(await world.count(endpoint, 'pending'), first.length - 1 + late.length);
});

test('what hangs is cut at the end of the drain, is recorded, and spends no budget', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  const lengthMs = await drained(world);

  const left = await world.delivery(id);
  const [attempt] = await world.attempts(id);
  assert.equal(lengthMs, waitMs);
  assert.equal(attempt?.error, 'interrupted');
  assert.deepEqual([left.state.is, left.attemptCount - left.budgetFrom], ['pending', 0]);
});

test('what was left by a drain goes after the next start', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, second);
  await drained(world);

  await world.restart();
  await world.reaches(id, 'delivered');

  const numbers = (await world.attempts(id)).map(({ number, error }) => [number, error]);
  assert.deepEqual(numbers, [
    [1, 'interrupted'],
    [2, null],
  ]);
});

const silences: [what: string, record: () => Promise<never>][] = [
  ['fails every record', () => Promise.reject(new Error('no answer'))],
  ['answers no record', () => new Promise<never>(() => {})],
];
for (const [what, record] of silences) {
  test(`a drain does not wait for ever for a store that ${what}; it keeps shards`, async () => {
    let releaseCount = 0;
    const release = async (): Promise<void> => void (releaseCount += 1);
    await using world = await DispatchWorld.open({
      around: (store) => ({ ...store, queue: { ...store.queue, record, release } }),
    });
    const endpoint = await world.endpoint();
    await world.publish(endpoint);
    await world.until(() => world.scripted.orders.length === 1, second);

    const lengthMs = await drained(world);

    assert.equal(lengthMs, waitMs + limits.drainRecordsMs);
    assert.equal(releaseCount, 0);
  });
}
