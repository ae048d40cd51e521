import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AttemptId, DeliveryId, EndpointId } from '../core/ids.ts';
import { shardOf } from '../core/shard.ts';
import type { HeldShard } from '../core/shard.ts';
import { InFlight } from './in-flight.ts';

const here = 'ep_a' as EndpointId;
const elsewhere = 'ep_b' as EndpointId;

function shardsOf(endpointId: EndpointId): HeldShard[] {
  return [{ shard: shardOf(endpointId), epoch: 1 }];
}

test('waiting for one shard does not wait for another', async () => {
  const inFlight = new InFlight();
  inFlight.began('dlv_1' as DeliveryId, here);
  inFlight.began('dlv_2' as DeliveryId, elsewhere);
  const seen: string[] = [];

  const here1 = inFlight.idle(shardsOf(here)).then(() => seen.push('here'));
  const all = inFlight.idle().then(() => seen.push('all'));
  inFlight.ended('dlv_1' as DeliveryId);
  await here1;
  const afterFirst = [...seen];
  inFlight.ended('dlv_2' as DeliveryId);
  await all;

  assert.deepEqual(afterFirst, ['here']);
  assert.deepEqual(seen, ['here', 'all']);
  assert.equal(inFlight.count, 0);
});

test('only attempts of the lost shards that were handed over are cut', () => {
  const inFlight = new InFlight();
  for (const [id, endpointId] of [
    ['dlv_1', here],
    ['dlv_2', here],
    ['dlv_3', elsewhere],
  ] as const) {
    inFlight.began(id as DeliveryId, endpointId);
  }

  inFlight.sending('dlv_1' as DeliveryId, 'att_1' as AttemptId);
  inFlight.sending('dlv_3' as DeliveryId, 'att_3' as AttemptId);

  assert.deepEqual(inFlight.attemptsIn(shardsOf(here)), ['att_1']);
});

test('with nothing in flight, waiting ends at once', async () => {
  const inFlight = new InFlight();

  await inFlight.idle();
  await inFlight.idle(shardsOf(here));

  assert.equal(inFlight.count, 0);
});

test('a delivery that begins anew before its last end is told is waited for twice', async () => {
  const inFlight = new InFlight();
  inFlight.began('dlv_1' as DeliveryId, here);
  inFlight.sending('dlv_1' as DeliveryId, 'att_1' as AttemptId);
  inFlight.began('dlv_1' as DeliveryId, here);

  inFlight.ended('dlv_1' as DeliveryId);
  const between = inFlight.count;
  inFlight.ended('dlv_1' as DeliveryId);
  await inFlight.idle(shardsOf(here));

  assert.equal(between, 1);
  assert.equal(inFlight.count, 0);
});
