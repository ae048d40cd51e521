import assert from 'node:assert/strict';
import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import type { Event } from '../../core/event.ts';
import type { Coalescing, GuardedWrite } from '../../store/queue.ts';
import { readPending } from '../../store/contract/arrange.ts';
import { plannedDelivery, plannedEvent } from '../../store/contract/sample.ts';
import type { DispatchWorld } from './dispatch-world.ts';

/** An event with one delivery, in an order, that stands for others. */
export type Report = {
  readonly coalescing: Coalescing;
  readonly orderKey: string;
  readonly event?: Partial<Event>;
  readonly writes?: readonly GuardedWrite[];
};

/** Has a report accepted for one endpoint, and tells the dispatcher as ingest would. */
export async function publishReport(
  world: DispatchWorld,
  endpointId: EndpointId,
  { coalescing, orderKey, event = {}, writes = [] }: Report,
): Promise<DeliveryId> {
  const now = world.time.now();
  const delivery = plannedDelivery({ endpointId, dueAt: now, coalescing, orderKey });
  const plan = plannedEvent({
    event: { time: now, acceptedAt: now, ...event },
    deliveries: [delivery],
    writes,
    catalogueVersion: world.mirror.version,
  });
  const [answer] = await world.store.queue.accept([plan]);
  assert.ok(answer?.is === 'accepted', `expected accepted, was ${JSON.stringify(answer)}`);
  const isHead = answer.followers.length === 0;
  const heads = isHead ? [await readPending(world.store, delivery.id)] : [];
  world.dispatcher.committed({ ...plan.event, position: answer.position }, heads, answer);
  return delivery.id;
}
