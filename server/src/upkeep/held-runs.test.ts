import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Delivery } from '../core/delivery.ts';
import type { EndpointStatus } from '../core/endpoint.ts';
import { limits } from '../core/limits.ts';
import type { ReplayRequest } from '../core/replay.ts';
import { readPages } from '../store/contract/arrange.ts';
import { acme, at, endpointResource, plannedDelivery } from '../store/contract/sample.ts';
import { plannedEvent, subscriptionResource } from '../store/contract/sample.ts';
import { fates, liveThrough } from './contract/live-through.ts';
import { ReplayWorld } from './contract/replay-world.ts';

const correlationId = 'c-1';
const release = {
  only: 'missing',
  held: { correlationId, hopsOver: limits.hops, hopsUpTo: limits.hops * 2 },
} as const satisfies Partial<ReplayRequest>;
const callback = {
  ...{ url: 'https://receiver.example/done', secrets: null, headers: [] },
  ...{ retry: null, timeoutMs: null },
};

/** Holds so many events, each with a callback and with nobody who subscribes. */
async function hold(world: ReplayWorld, count: number): Promise<void> {
  const endpoint = endpointResource({ isHidden: true });
  await world.put(endpoint);
  const delivery = { endpointId: endpoint.value.id, isHeld: true, callback } as const;
  const plans = Array.from({ length: count }, () =>
    plannedEvent({
      event: { correlationId, hops: limits.hops + 1 },
      deliveries: [plannedDelivery(delivery)],
      catalogueVersion: world.mirror.version,
    }),
  );
  await world.store.queue.accept(plans);
}

async function all(world: ReplayWorld): Promise<Delivery[]> {
  const filter = { tenantId: acme };
  return readPages(500, (page) => world.store.finder.deliveries(filter, page));
}

function states(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ state }) => state.is);
}

test('a release lets go what is held, tells the dispatcher, and makes nothing new', async () => {
  await using world = await ReplayWorld.open();
  await hold(world, 3);
  world.runs();

  const job = await world.make(release);
  await world.pass(5_000);

  const after = await all(world);
  assert.deepEqual(states(after), ['pending', 'pending', 'pending']);
  const { state, progress } = await world.read(job);
  assert.equal(state, 'completed');
  const left = { skippedCount: 0, failedCount: 0 };
  assert.deepEqual(progress, { examinedCount: 3, madeCount: 3, ...left });
  assert.deepEqual(world.told, [after[0]?.endpointId]);
});

test('a step lets go no more than it may make', async () => {
  await using world = await ReplayWorld.open();
  await hold(world, 25);
  const sizes: number[] = [];
  const { replays } = world.store;
  const step: typeof replays.step = (asked) => {
    sizes.push(asked.releases.length);
    return replays.step(asked);
  };
  world.runs({ replays: { ...replays, step } });

  await world.make({ ...release, ratePerSecond: 40 });
  await world.pass(10_000);

  assert.deepEqual(sizes, [10, 10, 5]);
});

test('who looks for what is missing besides lets go nothing that is held', async () => {
  await using world = await ReplayWorld.open();
  await hold(world, 2);
  const wants = endpointResource();
  await world.put(wants, subscriptionResource({ endpointId: wants.value.id }));
  world.runs();

  const job = await world.make({ only: 'missing' });
  await world.pass(5_000);

  const callbacks = (await all(world)).filter(({ isReplay }) => !isReplay);
  assert.deepEqual(states(callbacks), ['cancelled', 'cancelled']);
  assert.equal((await world.read(job)).progress.madeCount, 2);
});

const ends: [because: string, status: EndpointStatus, counts: number[], state: string][] = [
  ['it takes none', { is: 'disabled', reason: 'asked', at: at(1) }, [0, 1], 'cancelled'],
  ['it is there no more', { is: 'deleted', at: at(1) }, [0, 1], 'cancelled'],
  ['what goes to it waits there', { is: 'paused' }, [1, 0], 'pending'],
];
for (const [because, status, counts, state] of ends) {
  test(`an endpoint that is ${status.is} by then is given ${counts[0]}: ${because}`, async () => {
    await using world = await ReplayWorld.open();
    await hold(world, 1);
    const [endpoint] = world.mirror.list('endpoint', acme);
    assert.ok(endpoint);
    const resource = { kind: 'endpoint', value: { ...endpoint.value, status } } as const;
    const writes = [{ resource, expects: endpoint.version, remove: false }];
    await world.mirror.change({ tenantId: acme, writes, idempotency: null });
    world.runs();

    const job = await world.make(release);
    await world.pass(5_000);

    const { progress } = await world.read(job);
    assert.deepEqual([progress.madeCount, progress.skippedCount], counts);
    assert.deepEqual(states(await all(world)), [state]);
  });
}

test('whatever step a node dies in, each that is held goes once', async () => {
  const crashes = fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), crashes, async (count, plan) => {
      await using world = await ReplayWorld.open();
      await hold(world, count);
      const job = await world.make({ ...release, ratePerSecond: 4 });

      const lives = await liveThrough(world, plan);
      world.runs({ node: `node-${lives}` });
      await world.pass(limits.replayClaimMs + 30_000);

      const expected = Array.from({ length: count }, () => 'pending');
      assert.deepEqual(states(await all(world)), expected);
      const { state, progress } = await world.read(job);
      assert.deepEqual([state, progress.madeCount], ['completed', count]);
    }),
    { numRuns: 20 },
  );
});
