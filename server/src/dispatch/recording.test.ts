import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import type { HeldShard } from '../core/shard.ts';
import type { AttemptRecord, Queue } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { answered, hangs } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const minute = 60 * second;

function withRecord(store: Store, record: Queue['record']): Store {
  return { ...store, queue: { ...store.queue, record } };
}

for (const [when, isCommitted] of [
  ['before it was committed', false],
  ['after it was committed', true],
] as const) {
  test(`a record whose answer is lost ${when} is repeated with its ids until known`, async () => {
    const asked: AttemptRecord[] = [];
    await using world = await DispatchWorld.open({
      around: (store) =>
        withRecord(store, async (records) => {
          asked.push(...records);
          if (asked.length > 3) return store.queue.record(records);
          if (isCommitted) await store.queue.record(records);
          throw new Error('no answer');
        }),
    });
    const endpoint = await world.endpoint();

    const id = await world.publish(endpoint);
    await world.until(() => asked.length > 3 && world.dispatcher.counts().unrecorded === 0, minute);

    assert.equal((await world.delivery(id)).state.is, 'delivered');
    assert.equal(new Set(asked.map(({ attempt }) => attempt?.id)).size, 1);
    assert.equal((await world.attempts(id)).length, 1);
    assert.equal(world.scripted.orders.length, 1);
    assert.equal(world.signals.filter(({ signal }) => signal === 'step_failed').length, 3);
  });
}

test('a repeated record does not put back a row of its endpoint that has gone on', async () => {
  const asked: AttemptRecord[] = [];
  await using world = await DispatchWorld.open({
    around: (store) =>
      withRecord(store, async (records) => {
        asked.push(...records);
        if (asked.length === 1) throw new Error('no answer');
        return store.queue.record(records);
      }),
  });
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(503), answered(200));
  await world.publish(endpoint);
  await world.until(() => asked.length === 1, second);

  await world.publish(endpoint);
  await world.until(() => asked.length === 3, second);

  const [first, other, repeated] = asked;
  assert.equal(repeated?.attempt?.id, first?.attempt?.id);
  assert.equal(first?.health?.lastSuccessAt, null);
  assert.deepEqual(repeated?.health, other?.health);
});

test('an attempt not recorded when the process died is made again with its number', async () => {
  await using world = await DispatchWorld.open({
    around: (store) =>
      withRecord(store, (records) =>
        world.scripted.orders.length === 1
          ? Promise.reject(new Error('no answer'))
          : store.queue.record(records),
      ),
  });
  const endpoint = await world.endpoint();
  const id = await world.publish(endpoint);
  await world.pass(second);

  await world.restart();
  await world.reaches(id, 'delivered');

  assert.deepEqual(
    world.scripted.orders.map(({ number }) => number),
    [1, 1],
  );
  assert.equal((await world.attempts(id)).length, 1);
});

test('5,000 deliveries that waited when the process died all go after a restart', async () => {
  await using world = await DispatchWorld.open();
  const endpoints = [await world.endpoint(), await world.endpoint()];
  for (const endpoint of endpoints) await world.acceptMany(2_500, endpoint);

  await world.restart();
  await world.until(async () => (await world.store.finder.backlog()).pendingCount === 0, minute);

  for (const endpoint of endpoints) {
    assert.equal(await world.count(endpoint, 'delivered'), 2_500);
    assert.equal(world.scripted.ordersTo(endpoint).length, 2_500);
  }
});

test('a load that fails is asked for again', async () => {
  let failures = 0;
  await using world = await DispatchWorld.open({
    around: (store) => {
      const loadDue: Queue['loadDue'] = (query) => {
        failures += 1;
        return failures > 2 ? store.queue.loadDue(query) : Promise.reject(new Error('no answer'));
      };
      return { ...store, queue: { ...store.queue, loadDue } };
    },
  });
  const endpoint = await world.endpoint();
  const [id] = await world.acceptMany(1, endpoint);
  assert.ok(id);

  await world.reaches(id, 'delivered', minute);

  assert.equal(failures, 3);
});

/** A shared store that says who holds the shards, and when, by what a test tells it. */
class ScriptedLease {
  epoch = 1;
  isHeld = true;
  answers = true;

  around(store: Store): Store {
    const lease: Queue['lease'] = async ({ node, shards }) => {
      if (!this.answers) await new Promise<never>(() => {});
      const { epoch } = this;
      const held = this.isHeld ? shards.map((shard): HeldShard => ({ shard, epoch })) : [];
      return { held, nodes: [node] };
    };
    return { ...store, capabilities: { isShared: true }, queue: { ...store.queue, lease } };
  }
}

test('a lease that was lost cuts what is in flight and starts nothing more', async () => {
  const lease = new ScriptedLease();
  await using world = await DispatchWorld.open({ around: (store) => lease.around(store) });
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const [first] = await world.publishMany(1, endpoint);
  assert.ok(first);
  await world.until(() => world.scripted.inFlightCount === 1, second);

  lease.isHeld = false;
  await world.until(() => world.scripted.inFlightCount === 0, limits.leaseMs);
  await world.publishMany(3, endpoint);
  await world.pass(minute);

  assert.equal(world.scripted.orders.length, 1);
  assert.equal(world.dispatcher.counts().unrecorded, 0);
});

test('without a store nothing starts after 7 s, and what is in flight is cut at 9 s', async () => {
  const lease = new ScriptedLease();
  await using world = await DispatchWorld.open({ around: (store) => lease.around(store) });
  const startedAt = world.time.now();
  const [hanging, quick] = [await world.endpoint(), await world.endpoint()];
  world.scripted.script(hanging, hangs);
  await world.publish(hanging);
  lease.answers = false;

  await world.pass(limits.leaseStartStopMs - 10);
  await world.publish(quick);
  await world.pass(20);
  const beforeStop = world.scripted.ordersTo(quick).length;
  await world.publish(quick);
  await world.until(() => world.scripted.inFlightCount === 0, minute);
  const cutAfterMs = world.time.now() - startedAt;
  await world.pass(minute);

  assert.equal(beforeStop, 1);
  assert.equal(world.scripted.ordersTo(quick).length, 1);
  assert.equal(cutAfterMs, limits.leaseCutMs);
});

test('when the store refuses the record of a lost lease nothing of it is kept', async () => {
  let isLost = true;
  await using world = await DispatchWorld.open({
    around: (store) =>
      withRecord(store, async (records) =>
        isLost ? records.map(() => ({ is: 'lease_lost' })) : store.queue.record(records),
      ),
  });
  const endpoint = await world.endpoint();
  const id = await world.publish(endpoint);
  await world.until(() => world.scripted.orders.length === 1, second);
  await world.pass(20);
  const attemptsBefore = await world.attempts(id);

  isLost = false;
  await world.reaches(id, 'delivered');

  assert.deepEqual(attemptsBefore, []);
  assert.equal((await world.attempts(id)).length, 1);
});
