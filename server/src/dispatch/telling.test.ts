import assert from 'node:assert/strict';
import test from 'node:test';
import { later } from '../core/instant.ts';
import type { Signal } from '../core/signal.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';
import { answered } from './contract/scripted-destination.ts';

const second = 1_000;
const minute = 60 * second;

type Closed = Extract<Signal, { signal: 'deliveries_closed' }>;

function closedIn({ signals }: DispatchWorld): Closed[] {
  return signals.filter((each): each is Closed => each.signal === 'deliveries_closed');
}

test('what ends because its endpoint is disabled is told of, all of it and once', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(410));
  const dueAt = later(world.time.now(), 30 * minute);

  await world.publish(endpoint);
  await world.publishMany(4, endpoint, { delivery: { dueAt } });
  await world.until(async () => (await world.count(endpoint, 'dead')) === 5, minute);

  const closed = closedIn(world);
  assert.deepEqual([...new Set(closed.map(({ as }) => as))], ['endpoint_disabled']);
  assert.equal(
    closed.reduce((sum, { count }) => sum + count, 0),
    4,
  );
});

test('what ends because its endpoint is deleted was cancelled', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  const dueAt = later(world.time.now(), 30 * minute);
  await world.publishMany(2, endpoint, { delivery: { dueAt } });

  await world.changeEndpoint(endpoint, { status: { is: 'deleted', at: world.time.now() } });
  await world.until(async () => (await world.count(endpoint, 'cancelled')) === 2, minute);

  const [closed] = closedIn(world);
  assert.partialDeepStrictEqual(closed, { as: 'cancelled', count: 2, deliveryId: null });
});

test('what a person cancels is told of by its id', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  const dueAt = later(world.time.now(), 30 * minute);
  const [deliveryId] = await world.publishMany(1, endpoint, { delivery: { dueAt } });
  assert.ok(deliveryId);

  await world.change(deliveryId, 'cancel');

  const closed = { signal: 'deliveries_closed', endpointId: endpoint, deliveryId } as const;
  assert.deepEqual(closedIn(world), [{ ...closed, as: 'cancelled', count: 1 }]);
});

test('what expired while its endpoint was paused is told of', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint({ maxAgeMs: minute });
  await world.changeEndpoint(endpoint, { status: { is: 'paused' } });

  const ids = await world.publishMany(3, endpoint);
  for (const id of ids) await world.reaches(id, 'dead', 2 * minute);

  const counts = closedIn(world).map(({ as, count }) => [as, count]);
  assert.deepEqual(counts, [['expired', 3]]);
});
