import assert from 'node:assert/strict';
import type { DeliveryId, Position } from '../../core/ids.ts';
import { shardOf } from '../../core/shard.ts';
import type { Shard } from '../../core/shard.ts';
import type { TailItem } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, allShards, owe, oweInOrder, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, globex, plannedDelivery, plannedEvent } from './sample.ts';

/** An owner that follows the tail of its shards learns of all that others did to them. */
export function tailingContract(open: OpenStore): void {
  registerLaws(open, laws);
}

const laws: Laws = {
  'a tail begins at the newest position, with nothing': async ({ store }) => {
    const empty = await store.queue.tail({ shards: allShards, after: null, limit: 10 });
    const { delivery } = await owe(store);

    const begun = await store.queue.tail({ shards: allShards, after: null, limit: 10 });

    assert.deepEqual(empty.items, []);
    assert.deepEqual(begun, { items: [], position: delivery.position });
  },

  'what was accepted since is told, ready to go, in position order': async ({ store }) => {
    const start = await begin(store);
    const plans = [plannedDelivery(), plannedDelivery({ dueAt: at(800) })];
    await acceptOne(store, plannedEvent({ deliveries: plans }));
    const theirs = plannedDelivery();
    await acceptOne(store, plannedEvent({ event: { tenantId: globex }, deliveries: [theirs] }));

    const { items } = await follow(store, { after: start });

    assert.deepEqual(accepted(items), [...plans.map(({ id }) => id), theirs.id]);
    const [first] = items;
    assert.ok(first?.kind === 'accepted' && plans[0]);
    assert.deepEqual(first.delivery, await readPending(store, plans[0].id));
    assert.equal(first.position, first.delivery.position);
  },

  'what cannot be sent by now is left out': async ({ store }) => {
    const start = await begin(store);
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held));
    const { head } = await oweInOrder(store, 3);

    const { items } = await follow(store, { after: start });

    assert.deepEqual(accepted(items), [head.id]);
  },

  'a retry and a cancel are told at positions of their own': async ({ store }) => {
    const [first, second] = [await owe(store), await owe(store)];
    const start = await begin(store);
    await store.queue.change([
      { tenantId: acme, deliveryId: first.delivery.id, at: at(9), to: 'retry' },
      { tenantId: acme, deliveryId: second.delivery.id, at: at(9), to: 'cancel' },
    ]);

    const { items } = await follow(store, { after: start });

    const told = items.map((item) =>
      item.kind === 'changed' ? [item.tenantId, item.endpointId, item.deliveryId, item.to] : item,
    );
    assert.deepEqual(told, [
      [acme, first.delivery.endpointId, first.delivery.id, 'retry'],
      [acme, second.delivery.endpointId, second.delivery.id, 'cancel'],
    ]);
    const positions = items.map(({ position }) => position);
    assert.ok(start < (positions[0] ?? 0) && (positions[0] ?? 0) < (positions[1] ?? 0));
  },

  'a change that was refused is not told': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held));
    const start = await begin(store);
    await store.queue.change([
      { tenantId: acme, deliveryId: delivery.id, at: at(9), to: 'retry' },
      { tenantId: globex, deliveryId: delivery.id, at: at(9), to: 'cancel' },
    ]);

    const { items } = await follow(store, { after: start });

    assert.deepEqual(items, []);
  },

  'only the asked shards are told': async ({ store }) => {
    const start = await begin(store);
    const plans = Array.from({ length: 20 }, () => plannedDelivery());
    await acceptOne(store, plannedEvent({ deliveries: plans }));
    const shards = allShards.filter(({ number }) => number % 2 === 1);

    const { items } = await follow(store, { after: start, shards });

    const wanted = plans.filter(({ endpointId }) => shardOf(endpointId).number % 2 === 1);
    assert.deepEqual(
      accepted(items),
      wanted.map(({ id }) => id),
    );
  },

  'steps of any size tell everything once and reach the newest position': async ({ store }) => {
    const start = await begin(store);
    const plans = Array.from({ length: 7 }, () => plannedDelivery());
    for (const plan of plans) await acceptOne(store, plannedEvent({ deliveries: [plan] }));
    const first = plans[0];
    assert.ok(first);
    await store.queue.change([{ tenantId: acme, deliveryId: first.id, at: at(9), to: 'retry' }]);

    for (const limit of [1, 2, 3, 100]) {
      const { items, position } = await follow(store, { after: start, limit });

      assert.equal(items.length, 8, `in steps of ${limit}`);
      assert.deepEqual(new Set(accepted(items)), new Set(plans.map(({ id }) => id)));
      assert.equal(position, await begin(store));
    }
  },

  'a tail that is level stays where it is': async ({ store }) => {
    await owe(store);
    const start = await begin(store);

    const { items, position } = await store.queue.tail({
      shards: allShards,
      after: start,
      limit: 10,
    });

    assert.deepEqual(items, []);
    assert.equal(position, start);
  },
};

async function begin(store: Store): Promise<Position> {
  return (await store.queue.tail({ shards: allShards, after: null, limit: 1 })).position;
}

type FollowParts = { after: Position; shards?: readonly Shard[]; limit?: number };

/** Follows the tail step by step until a step brings neither an item nor a newer position. */
async function follow(store: Store, parts: FollowParts) {
  const { shards = allShards, limit = 100 } = parts;
  const items: TailItem[] = [];
  let position = parts.after;
  for (let count = 0; count < 100; count += 1) {
    const step = await store.queue.tail({ shards, after: position, limit });
    assert.ok(step.items.length <= limit);
    assert.ok(step.position >= (step.items.at(-1)?.position ?? position));
    items.push(...step.items);
    if (step.position === position) return { items, position };
    position = step.position;
  }
  return assert.fail('the tail has no end');
}

function accepted(items: readonly TailItem[]): DeliveryId[] {
  return items.flatMap((item) => (item.kind === 'accepted' ? [item.delivery.id] : []));
}
