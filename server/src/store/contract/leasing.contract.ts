import assert from 'node:assert/strict';
import type { HeldShard, Shard } from '../../core/shard.ts';
import type { Store } from '../store.ts';
import { allShards, holdAll, leaseMs, owe, readPending, recordOne } from './arrange.ts';
import { isShared, registerLaws } from './law.ts';
import type { Law, Laws } from './law.ts';
import type { OpenStore, StoreUnderTest } from './open-store.ts';
import { acme, attemptRecord, left, right } from './sample.ts';

/** One node at a time owns a shard; each change of owner raises the epoch that fences records. */
export function leasingContract(open: OpenStore): void {
  registerLaws(open, everyStore);
  registerLaws(open, Object.fromEntries(Object.entries(ofSharedStores).map(whenTimed)));
}

const everyStore: Laws = {
  'a node that asks first is given every shard it asks for': async ({ store }) => {
    const { held, nodes } = await store.queue.lease({ node: left, shards: allShards, leaseMs });

    assert.deepEqual(numbers(held), numbers(allShards.map((shard) => ({ shard }))));
    assert.ok(held.every(({ epoch }) => Number.isSafeInteger(epoch)));
    assert.deepEqual(nodes, [left]);
  },

  'renewing keeps the epochs': async ({ store }) => {
    const first = await lease(store, left);

    const second = await lease(store, left);

    assert.deepEqual(second, first);
  },

  'a store for one node grants all, for life': async (under, t) => {
    const { store } = under;
    if (store.capabilities.isShared) return t.skip('capabilities.isShared: its leases are timed');
    const first = await lease(store, left);
    await under.advance?.(leaseMs * 1_000);
    const { delivery, held } = await owe(store);

    const answer = await recordOne(store, attemptRecord(delivery, held));

    assert.equal(answer.is, 'moved');
    assert.deepEqual(await lease(store, left), first);
  },

  'a restart of the only owner raises every epoch': async (under, t) => {
    if (under.store.capabilities.isShared) return t.skip('capabilities.isShared: a lease outlives');
    const before = await lease(under.store, left);

    const after = await lease(await under.reopen(), left);

    assert.equal(after.length, before.length);
    for (const [index, { epoch }] of after.entries()) {
      assert.ok(epoch > (before[index]?.epoch ?? Infinity));
    }
  },
};

const ofSharedStores: Laws = {
  'a shard that is held is not given to another': async ({ store }) => {
    await lease(store, left, evenShards);

    const held = await lease(store, right);

    assert.deepEqual(
      held.map(({ shard }) => shard.number),
      allShards.map(({ number }) => number).filter((number) => number % 2 === 1),
    );
  },

  'a lease that ran out is given to the next, under a higher epoch': async (under) => {
    const { store } = under;
    const before = await lease(store, left);
    await advance(under, leaseMs - 1);
    const early = await lease(store, right);
    await advance(under, 2);

    const after = await lease(store, right);

    assert.deepEqual(early, []);
    assert.equal(after.length, allShards.length);
    for (const [index, { epoch }] of after.entries()) {
      assert.ok(epoch > (before[index]?.epoch ?? Infinity));
    }
    assert.deepEqual(await lease(store, left), []);
  },

  'a renewal makes a lease last from then on': async (under) => {
    const { store } = under;
    await lease(store, left);
    await advance(under, leaseMs - 1);
    await lease(store, left);
    await advance(under, leaseMs - 1);

    const held = await lease(store, right);

    assert.deepEqual(held, []);
  },

  'a record under a lost lease changes nothing': async (under) => {
    const { store } = under;
    const { delivery, held } = await owe(store);
    await advance(under, leaseMs + 1);
    const taken = (await holdAll(store, right))(delivery.endpointId);
    const record = attemptRecord(delivery, held);

    const late = await recordOne(store, record);
    const between = await readPending(store, delivery.id);
    const fromOwner = await recordOne(store, attemptRecord(delivery, taken));

    assert.deepEqual(late, { is: 'lease_lost' });
    assert.deepEqual(between, delivery);
    assert.ok(record.attempt);
    assert.equal(await store.log.get({ tenantId: acme, id: record.attempt.id }), null);
    assert.equal(fromOwner.is, 'moved');
  },

  'a lease that ran out still records while nobody else has taken it': async (under) => {
    const { delivery, held } = await owe(under.store);
    await advance(under, leaseMs * 3);

    const answer = await recordOne(under.store, attemptRecord(delivery, held));

    assert.equal(answer.is, 'moved');
  },

  'a shard given away can be taken at once, under a higher epoch': async ({ store }) => {
    const before = await lease(store, left);
    const given = before.filter(({ shard }) => shard.number < 10);

    await store.queue.release({ node: left, shards: given });
    const taken = await lease(store, right);

    assert.deepEqual(numbers(taken), numbers(given));
    for (const [index, { epoch }] of taken.entries()) {
      assert.ok(epoch > (given[index]?.epoch ?? Infinity));
    }
    assert.equal((await lease(store, left)).length, allShards.length - 10);
  },

  'giving away what another owns by now does nothing': async (under) => {
    const { store } = under;
    const before = await lease(store, left);
    await advance(under, leaseMs + 1);
    const after = await lease(store, right);

    await store.queue.release({ node: left, shards: before });

    assert.deepEqual(await lease(store, left), []);
    assert.deepEqual(await lease(store, right), after);
  },

  'nodes that hold or ask are named, sorted, until their time is over': async (under) => {
    const { store } = under;
    await lease(store, right);
    const asked = await store.queue.lease({ node: left, shards: allShards, leaseMs });
    const seen = await store.queue.lease({ node: right, shards: allShards, leaseMs });
    await advance(under, leaseMs + 1);

    const alone = await store.queue.lease({ node: right, shards: allShards, leaseMs });

    assert.deepEqual(asked, { held: [], nodes: [left, right] });
    assert.deepEqual(seen.nodes, [left, right]);
    assert.deepEqual(alone.nodes, [right]);
  },

  'leases and epochs outlive a restart of the store': async (under) => {
    const before = await lease(under.store, left);

    const store = await under.reopen();

    assert.deepEqual(await lease(store, right), []);
    assert.deepEqual(await lease(store, left), before);
  },

  'two nodes that ask at once never hold the same shard': async ({ store }) => {
    const [ours, theirs] = await Promise.all([lease(store, left), lease(store, right)]);

    const taken = [...ours, ...theirs].map(({ shard }) => shard.number);
    assert.equal(new Set(taken).size, taken.length);
    assert.equal(taken.length, allShards.length);
  },
};

const evenShards = allShards.filter(({ number }) => number % 2 === 0);

async function lease(
  store: Store,
  node: typeof left,
  shards: readonly Shard[] = allShards,
): Promise<HeldShard[]> {
  const { held } = await store.queue.lease({ node, shards, leaseMs });
  return held.toSorted((a, b) => a.shard.number - b.shard.number);
}

function numbers(held: readonly { readonly shard: Shard }[]): number[] {
  return held.map(({ shard }) => shard.number).toSorted((a, b) => a - b);
}

async function advance(under: StoreUnderTest, byMs: number): Promise<void> {
  assert.ok(under.advance);
  await under.advance(byMs);
}

/** Lets a law about timed leases run only over a store that has them and whose clock can move. */
function whenTimed([sentence, law]: [string, Law]): [string, Law] {
  return [
    sentence,
    async (under, t) => {
      if (!isShared(under, t)) return;
      if (under.advance === undefined) return t.skip('the clock of this store cannot be moved');
      await law(under, t);
    },
  ];
}
