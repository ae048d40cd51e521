import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { EndpointId } from '../core/ids.ts';
import { Lanes } from '../core/lane/lanes.ts';
import { shardOf } from '../core/shard.ts';
import type { HeldShard } from '../core/shard.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { InFlight } from './in-flight.ts';
import { LaneBook } from './lane-book.ts';
import { ShardKeeper } from './shard-keeper.ts';

const endpointId = 'ep_a' as EndpointId;

function leaseOf(epoch: number): HeldShard {
  return { shard: shardOf(endpointId), epoch };
}

function keeperThatReads(reads: PromiseWithResolvers<EndpointHealth[]>[]): ShardKeeper {
  const catalogue: Pick<Catalogue, 'health'> = {
    health: () => {
      const read = Promise.withResolvers<EndpointHealth[]>();
      reads.push(read);
      return read.promise;
    },
  };
  const mirror = new CatalogueMirror(catalogue as Catalogue);
  return new ShardKeeper({
    ...{ catalogue, book: new LaneBook(new Lanes(), mirror), inFlight: new InFlight() },
    ...{ destination: { cut: () => undefined }, emit: () => undefined, ready: () => undefined },
  });
}

test('a late read for a lease that was lost does not undo the next lease', async () => {
  const reads: PromiseWithResolvers<EndpointHealth[]>[] = [];
  const keeper = keeperThatReads(reads);
  const first = keeper.take([leaseOf(1)]);
  keeper.lose([leaseOf(1)]);
  const second = keeper.take([leaseOf(2)]);

  reads[1]?.resolve([]);
  await second;
  reads[0]?.resolve([]);
  await first;

  assert.equal(keeper.isReady(endpointId, leaseOf(2)), true);
});

test('a read that fails is made again, but not for what was lost meanwhile', async () => {
  const reads: PromiseWithResolvers<EndpointHealth[]>[] = [];
  const keeper = keeperThatReads(reads);
  const first = keeper.take([leaseOf(1)]);
  keeper.lose([leaseOf(1)]);
  reads[0]?.reject(new Error('no answer'));
  await first;

  await keeper.readUnread();

  assert.equal(reads.length, 1);
  assert.equal(keeper.isReady(endpointId, leaseOf(1)), false);
});
