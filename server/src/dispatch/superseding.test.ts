import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryId } from '../core/ids.ts';
import { latest, terminal } from '../store/contract/arrange-coalescing.ts';
import { firstReport } from '../store/contract/arrange-coalescing.ts';
import { bytes } from '../store/contract/sample.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';
import { publishReport } from './contract/publish-coalescing.ts';
import { answered, hangs } from './contract/scripted-destination.ts';

const orderKey = 'task:t-1';
const steps = ['analyzing', 'reasoning', 'generating', 'validating'];
const reportCount = 200;

/** The number that each order's event was given, in the order in which they went out. */
function numbersSent({ scripted }: DispatchWorld): number[] {
  return scripted.orders.map(({ event }) => Number(Buffer.from(event.data).toString()));
}

function numbered(number: number) {
  return { data: bytes(`${number}`) };
}

/** Publishes 200 reports in 200 ms, of four steps, then the end; `between` comes after each. */
async function publishTask(
  world: DispatchWorld,
  { between }: { between?: (index: number) => Promise<void> } = {},
): Promise<DeliveryId> {
  const endpoint = await world.endpoint();
  for (let index = 0; index < reportCount; index += 1) {
    const part = steps[Math.floor((index * steps.length) / reportCount)] ?? '';
    const isFirst = index % (reportCount / steps.length) === 0;
    const first = { isKept: isFirst, supersedes: isFirst ? 'none' : 'part' } as const;
    const coalescing = latest({ part, ...first });
    await publishReport(world, endpoint, { coalescing, orderKey, event: numbered(index) });
    await world.pass(1);
    await between?.(index);
  }
  const event = numbered(reportCount);
  return publishReport(world, endpoint, { coalescing: terminal, orderKey, event });
}

test('an endpoint ten times slower hears each step, then the newest, then the end', async () => {
  await using world = await DispatchWorld.open();

  const end = await publishTask(world);
  await world.reaches(end, 'delivered');

  const sent = numbersSent(world);
  assert.deepEqual(
    sent,
    sent.toSorted((a, b) => a - b),
  );
  for (const first of [0, 50, 100, 150]) assert.ok(sent.includes(first), `${first} was not told`);
  assert.equal(sent.at(-1), reportCount);
  assert.ok(sent.length < 40, `${sent.length} attempts are more than the pace of the endpoint`);
  assert.equal(world.dispatcher.counts().held, 0);
});

test('a restart in the middle loses no step and brings nothing after the end', async () => {
  await using world = await DispatchWorld.open();

  const end = await publishTask(world, {
    between: async (index) => {
      if (index === 97) await world.restart();
    },
  });
  await world.reaches(end, 'delivered');
  await world.pass(60_000);

  const sent = numbersSent(world);
  assert.deepEqual(
    sent,
    sent.toSorted((a, b) => a - b),
  );
  for (const first of [0, 50, 100, 150]) assert.ok(sent.includes(first), `${first} was not told`);
  assert.equal(sent.at(-1), reportCount);
});

test('a report in flight is waited for, and not tried again', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const old = await publishReport(world, endpoint, { coalescing: latest(), orderKey });
  await world.until(() => world.scripted.inFlightCount === 1, 1_000);
  const end = await publishReport(world, endpoint, { coalescing: terminal, orderKey });
  await world.pass(2_000);
  const whileInFlight = world.scripted.orders.length;

  world.scripted.end(endpoint, { kind: 'answered', status: 503, retryAfterMs: null });
  await world.reaches(end, 'delivered');
  await world.pass(3_600_000);

  assert.equal(whileInFlight, 1);
  const sent = world.scripted.orders.map(({ deliveryId }) => deliveryId);
  assert.deepEqual(sent, [old, end]);
  assert.equal((await world.delivery(old)).state.is, 'superseded');
  assert.equal((await world.attempts(old)).length, 1);
});

test('a superseded report that arrives all the same is delivered', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, hangs, answered(200));
  const old = await publishReport(world, endpoint, { coalescing: latest(), orderKey });
  await world.until(() => world.scripted.inFlightCount === 1, 1_000);
  const next = await publishReport(world, endpoint, { coalescing: latest(), orderKey });

  world.scripted.end(endpoint, { kind: 'answered', status: 200, retryAfterMs: null });
  await world.reaches(next, 'delivered');

  assert.equal((await world.delivery(old)).state.is, 'delivered');
});

test('a report that waits for its next attempt is let go for a newer one', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(503), answered(200));
  const old = await publishReport(world, endpoint, { coalescing: latest(), orderKey });
  await world.until(async () => (await world.delivery(old)).attemptCount === 1, 1_000);

  const next = await publishReport(world, endpoint, { coalescing: latest(), orderKey });
  await world.reaches(next, 'delivered', 1_000);
  await world.pass(3_600_000);

  assert.equal(world.scripted.orders.length, 2);
  assert.equal(world.scripted.orders[1]?.supersededCount, 1);
});

test('an earlier report that was kept goes when the one before it is superseded', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(503), answered(200));
  const head = await publishReport(world, endpoint, { coalescing: latest(), orderKey });
  await world.until(async () => (await world.delivery(head)).attemptCount === 1, 1_000);
  const kept = await publishReport(world, endpoint, { coalescing: firstReport, orderKey });

  const end = await publishReport(world, endpoint, { coalescing: terminal, orderKey });
  await world.reaches(end, 'delivered', 1_000);

  const sent = world.scripted.orders.map(({ deliveryId }) => deliveryId);
  assert.deepEqual(sent, [head, kept, end]);
});

test('what was superseded is told of once for each accept', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ status: { is: 'paused' } });
  const old = await publishReport(world, endpoint, { coalescing: latest(), orderKey });
  const other = latest({ part: 'reasoning' });
  const next = await publishReport(world, endpoint, { coalescing: other, orderKey });

  await publishReport(world, endpoint, { coalescing: terminal, orderKey });

  const told = world.signals.filter(({ signal }) => signal === 'deliveries_closed');
  const closed = { signal: 'deliveries_closed', endpointId: endpoint, as: 'superseded' };
  assert.deepEqual(told, [{ ...closed, deliveryId: null, deliveryIds: [old, next], count: 2 }]);
});
