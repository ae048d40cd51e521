import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later } from '../core/instant.ts';
import { answered, hangs } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits of 5 s, 1 min and 10 min, without jitter. */
const retry = { kind: 'schedule', delaysMs: [5 * second, minute, 10 * minute], jitter: 0 } as const;

test('a failing delivery is tried again by the schedule until it is delivered', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry });
  world.scripted.script(endpoint, answered(500), answered(500), answered(204));

  const id = await world.publish(endpoint);
  await world.reaches(id, 'delivered', hour);

  const attempts = await world.attempts(id);
  const [first, ...others] = attempts.map(({ startedAt }) => startedAt);
  assert.deepEqual(
    others.map((startedAt) => startedAt - (first ?? 0)),
    [5 * second + 10, 5 * second + minute + 20],
  );
  assert.deepEqual(
    attempts.map(({ number, status, error }) => [number, status, error]),
    [
      [1, 'failed', 'http_500'],
      [2, 'failed', 'http_500'],
      [3, 'succeeded', null],
    ],
  );
});

const waits: [because: string, askedMs: number, waitMs: number][] = [
  ['a receiver that asks for a longer wait gets it', 2 * minute, 2 * minute],
  ['one that asks for a shorter wait than the schedule does not', second, 5 * second],
  ['no receiver may ask for more than an hour', 5 * hour, hour],
];
for (const [because, askedMs, waitMs] of waits) {
  test(because, async () => {
    await using world = await DispatchWorld.open();
    const endpoint = await world.endpoint({ retry });
    world.scripted.script(endpoint, answered(429, askedMs), answered(200));

    const id = await world.publish(endpoint);
    await world.reaches(id, 'delivered', 6 * hour);

    const [first, next] = await world.attempts(id);
    assert.equal((next?.startedAt ?? 0) - (first?.startedAt ?? 0), waitMs + 10);
  });
}

test('a retried dead letter goes at once with a new budget, and its numbers go on', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry });
  world.scripted.script(endpoint, answered(500));
  const id = await world.publish(endpoint);
  const dead = await world.reaches(id, 'dead', hour);
  const askedAt = world.time.now();

  await world.change(id, 'retry');
  const deadAgain = await world.reaches(id, 'dead', hour);

  assert.equal(dead.state.is === 'dead' && dead.state.reason, 'attempts_exhausted');
  assert.equal(dead.attemptCount, 4);
  assert.equal(deadAgain.attemptCount, 8);
  const attempts = await world.attempts(id);
  assert.deepEqual(
    attempts.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.equal(attempts[4]?.startedAt, askedAt);
});

test('a delivery that waits for its next attempt goes at once when it is retried', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry });
  world.scripted.script(endpoint, answered(500), answered(200));
  const id = await world.publish(endpoint);
  await world.until(async () => (await world.attempts(id)).length === 1, minute);
  const askedAt = world.time.now();

  await world.change(id, 'retry');
  await world.reaches(id, 'delivered', minute);

  assert.equal((await world.attempts(id))[1]?.startedAt, askedAt);
});

test('what is to be delivered later starts then and not before', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  const dueAt = later(world.time.now(), 2 * hour);

  const id = await world.publish(endpoint, { delivery: { dueAt } });
  await world.reaches(id, 'delivered', 3 * hour);

  const [attempt] = await world.attempts(id);
  assert.equal(attempt?.startedAt, dueAt);
});

test('what grew too old in the store is dead without an attempt', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ maxAgeMs: minute });
  const [id] = await world.acceptMany(1, endpoint);
  assert.ok(id);

  world.time.skip(2 * minute);
  const dead = await world.reaches(id, 'dead');

  assert.equal(dead.state.is === 'dead' && dead.state.reason, 'expired');
  assert.deepEqual(world.scripted.orders, []);
});

test('an attempt whose sender crashed has failed and spends of the budget', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry: { ...retry, delaysMs: [second] } });
  world.scripted.script(endpoint, { kind: 'sender_crashed' });

  const id = await world.publish(endpoint);
  const dead = await world.reaches(id, 'dead');

  assert.equal(dead.attemptCount - dead.budgetFrom, 2);
  const errors = (await world.attempts(id)).map(({ error }) => error);
  assert.deepEqual(errors, ['sender_crashed', 'sender_crashed']);
});

test('an interrupted attempt takes a number and nothing of the budget', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ retry: { ...retry, delaysMs: [second] } });
  world.scripted.script(endpoint, hangs, answered(500));
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  world.scripted.cut();
  const dead = await world.reaches(id, 'dead');

  assert.equal(dead.attemptCount, 3);
  assert.equal(dead.budgetFrom, 1);
  const errors = (await world.attempts(id)).map(({ error }) => error);
  assert.deepEqual(errors, ['interrupted', 'http_500', 'http_500']);
});
