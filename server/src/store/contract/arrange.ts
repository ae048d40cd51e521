import assert from 'node:assert/strict';
import type { Delivery, PendingDelivery } from '../../core/delivery.ts';
import type { DeliveryId, EndpointId, NodeId, Position } from '../../core/ids.ts';
import { shardCount, shardOf } from '../../core/shard.ts';
import type { HeldShard, Shard } from '../../core/shard.ts';
import type { Page, PageOf } from '../page.ts';
import type {
  AcceptAnswer,
  AttemptRecord,
  PlannedDelivery,
  PlannedEvent,
  RecordAnswer,
} from '../queue.ts';
import type { Store } from '../store.ts';
import { acme, left, neverEnding, plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Every shard there is. */
export const allShards: readonly Shard[] = Array.from({ length: shardCount }, (_, number) => ({
  cell: 0,
  number,
}));

/** How long the leases last that {@link holdAll} takes. */
export const leaseMs = 10_000;

/** Answers under which epoch an endpoint is held. */
export type Holding = (endpointId: EndpointId) => HeldShard;

/** Takes every shard for a node. */
export async function holdAll(store: Store, node: NodeId = left): Promise<Holding> {
  const { held } = await store.queue.lease({ node, shards: allShards, leaseMs });
  return (endpointId) => {
    const { number } = shardOf(endpointId);
    const found = held.find(({ shard }) => shard.number === number);
    assert.ok(found, `${node} was not given shard ${number}`);
    return found;
  };
}

/** Accepts one event and insists that it was accepted. */
export async function acceptOne(
  store: Store,
  planned: PlannedEvent,
): Promise<AcceptAnswer & { is: 'accepted' }> {
  const [answer] = await store.queue.accept([planned]);
  assert.ok(answer?.is === 'accepted', `expected accepted, was ${JSON.stringify(answer)}`);
  return answer;
}

/** What may be sent to an endpoint of acme, whenever it falls due. */
export async function loadAll(store: Store, endpointId: EndpointId): Promise<PendingDelivery[]> {
  return store.queue.loadDue({ tenantId: acme, endpointId, dueBefore: neverEnding, limit: 1_000 });
}

/** {@link loadAll}, ids only. */
export async function loadedIds(store: Store, endpointId: EndpointId): Promise<DeliveryId[]> {
  return (await loadAll(store, endpointId)).map(({ id }) => id);
}

/** One delivery that its owner has loaded. */
export type Owed = {
  readonly planned: PlannedEvent;
  readonly delivery: PendingDelivery;
  readonly held: HeldShard;
};

/** Accepts an event with one delivery, takes all shards and loads it. */
export async function owe(store: Store, parts: Partial<PlannedDelivery> = {}): Promise<Owed> {
  const plan = plannedDelivery(parts);
  const catalogueVersion = await versionOf(store);
  const planned = plannedEvent({ deliveries: [plan], catalogueVersion });
  await acceptOne(store, planned);
  const held = (await holdAll(store))(plan.endpointId);
  const delivery = (await loadAll(store, plan.endpointId)).find(({ id }) => id === plan.id);
  assert.ok(delivery, 'what was accepted is not loaded');
  return { planned, delivery, held };
}

/** Deliveries of one endpoint and order key, each of an event of its own, oldest first. */
export async function oweInOrder(
  store: Store,
  count: number,
  { endpointId = sampleId('endpoint'), orderKey = 'task:t-1' } = {},
): Promise<{ endpointId: EndpointId; ids: DeliveryId[]; head: PendingDelivery; held: HeldShard }> {
  const plans = Array.from({ length: count }, () => plannedDelivery({ endpointId, orderKey }));
  for (const plan of plans) await acceptOne(store, plannedEvent({ deliveries: [plan] }));
  const held = (await holdAll(store))(endpointId);
  const ids = plans.map(({ id }) => id);
  const head = (await loadAll(store, endpointId)).find(({ id }) => id === ids[0]);
  assert.ok(head, 'the oldest of a key is not loaded');
  return { endpointId, ids, head, held };
}

/** Records one attempt. */
export async function recordOne(store: Store, record: AttemptRecord): Promise<RecordAnswer> {
  const [answer] = await store.queue.record([record]);
  assert.ok(answer);
  return answer;
}

/** Records one attempt and insists that it moved its delivery; answers what it promoted. */
export async function recordMoved(
  store: Store,
  record: AttemptRecord,
): Promise<PendingDelivery | null> {
  const answer = await recordOne(store, record);
  assert.ok(answer.is === 'moved', `expected moved, was ${JSON.stringify(answer)}`);
  return answer.promoted;
}

/** A delivery of acme as it stands in the store. */
export async function readDelivery(store: Store, id: DeliveryId): Promise<Delivery> {
  const found = await store.finder.delivery({ tenantId: acme, id });
  assert.ok(found, `delivery ${id} is missing`);
  return found;
}

/** A delivery of acme that must be pending, as a lane would hold it. */
export async function readPending(store: Store, id: DeliveryId): Promise<PendingDelivery> {
  const { state, ...rest } = await readDelivery(store, id);
  assert.ok(state.is === 'pending', `delivery ${id} is ${state.is}`);
  return { ...rest, dueAt: state.dueAt };
}

/** Reads a list to its end, in at most 100 pages of `limit` rows. */
export async function readPages<Row>(
  limit: number,
  read: (page: Page) => Promise<PageOf<Row>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let before: Position | null = null;
  for (let count = 0; count < 100; count += 1) {
    const page: PageOf<Row> = await read({ before, limit });
    assert.ok(page.rows.length <= limit, `a page of ${limit} has ${page.rows.length} rows`);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    before = page.next;
  }
  return assert.fail('the list has no end');
}

async function versionOf(store: Store): Promise<number> {
  return (await store.catalogue.read({ since: 0 })).version;
}
