import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointId } from '../core/ids.ts';
import { entityKey } from '../core/context/entity-key.ts';
import { change } from '../store/contract/arrange-coalescing.ts';
import { bytes } from '../store/contract/sample.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';
import { publishReport } from './contract/publish-coalescing.ts';
import { answered } from './contract/scripted-destination.ts';

const entity = { type: 'contact', id: 'contact_123' };
const orderKey = entityKey(entity);

/** Publishes one change of the contact, with its version in the history, as ingest would. */
function publishChange(
  world: DispatchWorld,
  endpointId: EndpointId,
  version: number,
  changes: string,
) {
  const data = bytes(
    `{"entity":{"type":"contact","id":"contact_123"}, "changes":${changes},"version":${version}}`,
  );
  const write = {
    ...({ kind: 'entity', id: orderKey, value: null, hasHistory: true } as const),
    ...{ expects: version === 1 ? null : version - 1, note: bytes(`{"changes":${changes}}`) },
  };
  const coalescing = change(version);
  const event = { type: 'context.updated', entity, data };
  return publishReport(world, endpointId, { coalescing, orderKey, event, writes: [write] });
}

function bodiesSent({ scripted }: DispatchWorld): string[] {
  return scripted.orders.map(({ event }) => Buffer.from(event.data).toString());
}

test('changes within a window are told as one, with the first old and the last new', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  await publishChange(world, endpoint, 1, '{"a":{"old":1,"new":12345678901234567890}}');
  await publishChange(world, endpoint, 2, '{"b":{"new":"x"}}');

  const id = await publishChange(world, endpoint, 3, '{"a":{"old":0,"new":3}}');
  await world.reaches(id, 'delivered');

  assert.deepEqual(bodiesSent(world), [
    '{"entity":{"type":"contact","id":"contact_123"},' +
      '"changes":{"a":{"old":1,"new":3},"b":{"new":"x"}},"version":3,"mergedFrom":1}',
  ]);
  const [order] = world.scripted.orders;
  assert.equal(order?.supersededCount, 2);
  assert.equal(order?.hasOwnData, true);
});

test('a change that is alone goes out with the bytes that it came with', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();

  const id = await publishChange(world, endpoint, 1, '{ "a" : {"new":1.0}}');
  await world.reaches(id, 'delivered');

  const [order] = world.scripted.orders;
  assert.ok(bodiesSent(world)[0]?.includes('"id":"contact_123"}, "changes":{ "a" : {"new":1.0}}'));
  assert.equal(order?.hasOwnData, undefined);
  assert.equal(order?.supersededCount, undefined);
});

test('every attempt has the same bytes, also after a restart and with newer changes', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  world.scripted.script(endpoint, answered(503), answered(503), answered(200));
  await publishChange(world, endpoint, 1, '{"a":{"old":1,"new":2}}');
  const id = await publishChange(world, endpoint, 2, '{"b":{"old":1,"new":2}}');
  await world.until(() => world.scripted.orders.length === 1, 5_000);
  const later = await publishChange(world, endpoint, 3, '{"a":{"old":2,"new":1}}');
  await world.restart();

  await world.reaches(later, 'delivered', 3_600_000);

  const [first, second, third, fourth] = bodiesSent(world);
  assert.equal((await world.delivery(id)).state.is, 'delivered');
  assert.deepEqual([second, third], [first, first]);
  assert.ok(fourth?.includes('{"a":{"old":2,"new":1}},"version":3'));
});

test('changes that undid each other are not sent, and what follows is', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  await publishChange(world, endpoint, 1, '{"a":{"old":1,"new":2}}');
  const undone = await publishChange(world, endpoint, 2, '{"a":{"old":2,"new":1.0}}');
  await world.reaches(undone, 'cancelled', 5_000);

  const next = await publishChange(world, endpoint, 3, '{"a":{"old":1,"new":7}}');
  await world.reaches(next, 'delivered', 5_000);

  const { state, attemptCount } = await world.delivery(undone);
  assert.ok(state.is === 'cancelled' && state.reason === 'no_change');
  assert.equal(attemptCount, 0);
  assert.equal(world.scripted.orders.length, 1);
  const closed = world.signals.filter((each) => 'as' in each && each.as === 'cancelled');
  assert.deepEqual(closed, [
    {
      ...{ signal: 'deliveries_closed', as: 'cancelled', count: 1 },
      ...{ deliveryId: undone, endpointId: endpoint },
    },
  ]);
});

test('a window of many changes is read in parts and told whole', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint();
  const count = 100;

  let id = await publishChange(world, endpoint, 1, '{"a":{"old":0,"new":1}}');
  for (let version = 2; version <= count; version += 1) {
    const changes = `{"a":{"old":${version - 1},"new":${version}}}`;
    id = await publishChange(world, endpoint, version, changes);
  }
  await world.reaches(id, 'delivered', 5_000);

  assert.ok(bodiesSent(world)[0]?.includes(`{"a":{"old":0,"new":${count}}}`));
});
