import type { EndpointId, TenantId } from '../../server/src/core/ids.ts';
import { shardOf } from '../../server/src/core/shard.ts';
import { isLoadable } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { SortedList } from './sorted-list.ts';

/** The deliveries of one endpoint that are not over, found by due time, position and order key. */
export class EndpointRows {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly shardNumber: number;
  /** What may go, by due time and position. */
  readonly loadable = new SortedList(byDueTime);
  /** All that is pending, by position. */
  readonly pending = new SortedList(byPosition);
  readonly #keys = new Map<string, SortedList<DeliveryRow>>();

  constructor(tenantId: TenantId, endpointId: EndpointId) {
    this.tenantId = tenantId;
    this.endpointId = endpointId;
    this.shardNumber = shardOf(endpointId).number;
  }

  get isEmpty(): boolean {
    return this.pending.length === 0 && this.#keys.size === 0;
  }

  /** The first of a key by position: its head, unless the head has just left. */
  firstOf(orderKey: string): DeliveryRow | undefined {
    return this.#keys.get(orderKey)?.at(0);
  }

  add(row: DeliveryRow): void {
    const { delivery, place } = row.now;
    if (delivery.state.is === 'pending') this.pending.add(row);
    if (isLoadable(row.now)) this.loadable.add(row);
    if (place === 'free' || delivery.orderKey === null) return;
    const ofKey = this.#keys.get(delivery.orderKey) ?? new SortedList(byPosition);
    this.#keys.set(delivery.orderKey, ofKey);
    ofKey.add(row);
  }

  remove(row: DeliveryRow): void {
    const { delivery, place } = row.now;
    if (delivery.state.is === 'pending') this.pending.remove(row);
    if (isLoadable(row.now)) this.loadable.remove(row);
    if (place === 'free' || delivery.orderKey === null) return;
    const ofKey = this.#keys.get(delivery.orderKey);
    ofKey?.remove(row);
    if (ofKey?.length === 0) this.#keys.delete(delivery.orderKey);
  }
}

/** Compares rows by the position of their delivery. */
export function byPosition(a: DeliveryRow, b: DeliveryRow): number {
  return a.now.delivery.position - b.now.delivery.position;
}

function byDueTime(a: DeliveryRow, b: DeliveryRow): number {
  return dueAtOf(a) - dueAtOf(b) || byPosition(a, b);
}

function dueAtOf({ now }: DeliveryRow): number {
  return now.delivery.state.is === 'pending' ? now.delivery.state.dueAt : Infinity;
}
