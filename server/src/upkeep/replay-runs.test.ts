import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Delivery } from '../core/delivery.ts';
import { limits } from '../core/limits.ts';
import { acme, at, endpointResource, plannedDelivery } from '../store/contract/sample.ts';
import { plannedEvent, subscriptionResource } from '../store/contract/sample.ts';
import type { Replays } from '../store/replays.ts';
import { fates, liveThrough } from './contract/live-through.ts';
import { ReplayWorld } from './contract/replay-world.ts';

function eventIds(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ eventId }) => eventId).toSorted();
}

test('a job makes each dead letter once, tells the dispatcher, and ends', async () => {
  await using world = await ReplayWorld.open();
  const { endpointId, ids } = await world.dead(5);
  world.runs();

  const job = await world.make();
  await world.pass(5_000);

  const made = await world.made();
  assert.deepEqual([made.length, new Set(eventIds(made)).size], [5, 5]);
  const { state, progress } = await world.read(job);
  assert.equal(state, 'completed');
  const skipped = { skippedCount: 0, failedCount: 0 };
  assert.deepEqual(progress, { examinedCount: ids.length, madeCount: 5, ...skipped });
  assert.ok(world.told.includes(endpointId));
});

test('a rate is kept in every second, to within one step', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(40);
  world.runs();
  const ratePerSecond = 10;
  const fill = 2;

  const job = await world.make({ ratePerSecond });
  await world.pass(2_000);
  const early = (await world.read(job)).progress.madeCount;
  await world.pass(4_000);

  assert.ok(early >= ratePerSecond && early <= 2 * ratePerSecond + fill, `${early} in 2 s`);
  const madeAt = (await world.made()).map(({ createdAt }) => createdAt);
  assert.equal(madeAt.length, 40);
  for (const from of madeAt) {
    const count = madeAt.filter((each) => each >= from && each < from + 1_000).length;
    assert.ok(count <= ratePerSecond + fill, `${count} within a second`);
  }
});

test('a job without a rate goes in steps of bounded size', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(limits.replayStepMakes + 10);
  const sizes: number[] = [];
  const replays = around(world.store.replays, {
    step: (step) => {
      sizes.push(step.makes.length);
      return world.store.replays.step(step);
    },
  });
  world.runs({ replays });

  await world.make();
  await world.pass(5_000);

  assert.deepEqual(sizes, [limits.replayStepMakes, 10]);
});

test('pause holds a job, resume lets it go on, cancel ends it where it is', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(20);
  const runs = world.runs();
  const job = await world.make({ ratePerSecond: 4 });
  const countAfter = async (ms: number): Promise<number> => {
    await world.pass(ms);
    return (await world.read(job)).progress.madeCount;
  };
  const change = { tenantId: acme, replayId: job.id, at: at(9), idempotency: null };

  const running = await countAfter(2_000);
  await world.store.replays.change({ ...change, to: 'paused' });
  const paused = await countAfter(9_000);
  await world.store.replays.change({ ...change, to: 'running' });
  runs.wake();
  const resumed = await countAfter(1_000);
  await world.store.replays.change({ ...change, to: 'cancelled' });
  const cancelled = await countAfter(9_000);

  assert.ok(running > 0 && running < 20, `${running} at first`);
  assert.equal(paused, running);
  assert.ok(resumed > paused && resumed < 20, `${resumed} after the pause`);
  assert.equal(cancelled, resumed);
  assert.equal((await world.made()).length, resumed);
});

test('jobs take turns, so that a long one keeps none waiting', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(limits.replayStepMakes * 4);
  const { ids } = await world.dead(1);
  world.runs();
  await world.make();
  const short = await world.make({ deliveryIds: ids });

  await world.pass(1);

  assert.equal((await world.read(short)).state, 'completed');
});

test('an endpoint that was disabled since is left out and counted', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(2);
  const job = await world.make();
  const [endpoint] = world.mirror.list('endpoint', acme);
  assert.ok(endpoint);
  const status = { is: 'disabled', reason: 'asked', at: at(1) } as const;
  const resource = { kind: 'endpoint', value: { ...endpoint.value, status } } as const;
  const writes = [{ resource, expects: endpoint.version, remove: false }];
  await world.mirror.change({ tenantId: acme, writes, idempotency: null });
  world.runs();

  await world.pass(1_000);

  const { state, progress } = await world.read(job);
  assert.deepEqual([state, progress.madeCount, progress.skippedCount], ['completed', 0, 2]);
});

test('what a replay made is not replayed again', async () => {
  await using world = await ReplayWorld.open();
  const { endpointId } = await world.dead(1);
  world.runs();
  await world.make();
  await world.pass(1_000);
  const settle = { tenantId: acme, endpointId, at: at(5), limit: 9 };
  await world.store.queue.settle({ ...settle, as: { is: 'dead', reason: 'expired' } });

  const job = await world.make();
  await world.pass(1_000);

  const { madeCount, skippedCount } = (await world.read(job)).progress;
  assert.deepEqual([madeCount, skippedCount], [1, 1]);
});

test('missing: only who matches now and has no delivery, and nobody for a copy', async () => {
  await using world = await ReplayWorld.open();
  const [has, lacks, other] = [endpointResource(), endpointResource(), endpointResource()];
  const filter = 'data.n > 1';
  await world.put(
    ...[has, lacks, other],
    subscriptionResource({ endpointId: has.value.id }),
    subscriptionResource({ endpointId: lacks.value.id, filter }),
    subscriptionResource({ endpointId: other.value.id, types: ['order.*'] }),
  );
  const catalogueVersion = world.mirror.version;
  const planned = [1, 2, 3].map((n) =>
    plannedEvent({
      event: { data: new TextEncoder().encode(`{"n":${n}}`) },
      deliveries: [plannedDelivery({ endpointId: has.value.id })],
      catalogueVersion,
    }),
  );
  await world.store.queue.accept(planned);
  world.runs();

  await world.make({ only: 'missing', as: 'new' });
  await world.pass(1_000);
  const job = await world.make({ only: 'missing', as: 'same' });
  await world.pass(1_000);

  const made = await world.made();
  const to = made.map(({ endpointId }) => endpointId);
  assert.deepEqual(
    to,
    Array.from({ length: 4 }, () => lacks.value.id),
  );
  const wanted = planned.slice(1).map(({ event }) => event.id);
  assert.deepEqual(eventIds(made.slice(2)), wanted.toSorted());
  // As new, the old events are still without a delivery of their own.
  assert.equal((await world.read(job)).progress.madeCount, 2);
});

test('a full disk holds a job up and ends nothing', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(3);
  const job = await world.make();
  world.runs();

  world.hasRoom = false;
  await world.pass(20_000);
  const during = await world.read(job);
  world.hasRoom = true;
  await world.pass(20_000);

  assert.deepEqual([during.state, during.progress.madeCount], ['running', 0]);
  assert.deepEqual((await world.read(job)).progress.madeCount, 3);
});

test('a batch that cannot be stored ends its job as failed, and says so', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(3);
  const refused = { is: 'refused', because: 'unstorable' } as const;
  const replays = around(world.store.replays, {
    step: async (asked) => (asked.makes.length > 0 ? refused : world.store.replays.step(asked)),
  });
  world.runs({ replays });

  const job = await world.make();
  await world.pass(1_000);

  const { state, error, progress } = await world.read(job);
  assert.deepEqual([state, progress.madeCount], ['failed', 0]);
  assert.match(error ?? '', /could not hold/);
  assert.deepEqual(
    world.signals.map(({ signal }) => signal),
    ['step_failed'],
  );
});

test('a slow replay goes quickly through events that lack nothing', async () => {
  await using world = await ReplayWorld.open();
  const events = Array.from({ length: limits.replayStepEvents * 5 }, () => plannedEvent());
  await world.store.queue.accept(events);
  world.runs();

  const job = await world.make({ only: 'missing', ratePerSecond: 1 });
  await world.pass(2_000);

  const { state, progress } = await world.read(job);
  assert.deepEqual([state, progress.examinedCount], ['completed', events.length]);
});

test('a step that fails is told of and tried again', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(3);
  let failures = 2;
  const replays = around(world.store.replays, {
    step: async (step) => {
      failures -= 1;
      if (failures >= 0) throw new Error('no answer');
      return world.store.replays.step(step);
    },
  });
  world.runs({ replays });

  const job = await world.make();
  await world.pass(limits.replayRetryMs * 3);

  assert.equal((await world.read(job)).progress.madeCount, 3);
  assert.deepEqual(
    world.signals.map(({ signal }) => signal),
    ['step_failed', 'step_failed'],
  );
});

test('stopping waits for the step that is running, and begins no other', async () => {
  await using world = await ReplayWorld.open();
  await world.dead(8);
  const runs = world.runs();
  const job = await world.make({ ratePerSecond: 4 });
  await world.pass(300);

  await runs.stop();
  const { madeCount } = (await world.read(job)).progress;
  await world.pass(60_000);

  assert.ok(madeCount > 0 && madeCount < 8);
  assert.equal((await world.made()).length, madeCount);
});

test('whatever step a node dies in, each is made once', async () => {
  const crashes = fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), crashes, async (count, plan) => {
      await using world = await ReplayWorld.open();
      await world.dead(count);
      const job = await world.make({ ratePerSecond: 4 });

      const lives = await liveThrough(world, plan);
      world.runs({ node: `node-${lives}` });
      await world.pass(limits.replayClaimMs + 30_000);

      const made = await world.made();
      assert.equal(new Set(eventIds(made)).size, count);
      assert.equal(made.length, count);
      const { state, progress } = await world.read(job);
      assert.deepEqual([state, progress.madeCount], ['completed', count]);
    }),
    { numRuns: 30 },
  );
});

function around(replays: Replays, parts: Partial<Replays>): Replays {
  return { ...replays, ...parts };
}
