import type { PendingDelivery } from '../../server/src/core/delivery.ts';
import type { EndpointId } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import type { Shard } from '../../server/src/core/shard.ts';
import type { DueEndpoint, DueQuery } from '../../server/src/store/queue.ts';
import { asPending } from './delivery-row.ts';
import type { EndpointRows } from './endpoint-rows.ts';
import type { Image } from './image.ts';

/** The first due deliveries of an endpoint that may go. */
export function loadDue(image: Image, query: DueQuery): PendingDelivery[] {
  const { tenantId, endpointId, dueBefore, limit } = query;
  const loaded: PendingDelivery[] = [];
  for (const row of image.deliveries.of(tenantId, endpointId)?.loadable ?? []) {
    const delivery = asPending(row.now);
    if (delivery === null || delivery.dueAt >= dueBefore || loaded.length === limit) break;
    loaded.push(delivery);
  }
  return loaded;
}

/** Which endpoints are asked about, and from where on. */
export type DueEndpointsQuery = {
  readonly shards: readonly Shard[];
  readonly dueBefore: Instant;
  readonly after: EndpointId | null;
  readonly limit: number;
};

/** Endpoints of the shards that have something due, by id. */
export function findDueEndpoints(image: Image, query: DueEndpointsQuery): DueEndpoint[] {
  const { after, limit, dueBefore } = query;
  const numbers = new Set(query.shards.map(({ number }) => number));
  const { endpoints } = image.deliveries;
  const found: DueEndpoint[] = [];
  let place = after === null ? 0 : endpoints.placeOf((each) => (each.endpointId <= after ? -1 : 1));
  for (; place < endpoints.length && found.length < limit; place += 1) {
    const rows = endpoints.at(place);
    const due = rows !== undefined && numbers.has(rows.shardNumber) ? firstDue(rows) : null;
    if (due !== null && due.dueAt < dueBefore) found.push(due);
  }
  return found;
}

/** When the first delivery of an endpoint falls due; null when none may go. */
export function firstDue(rows: EndpointRows): DueEndpoint | null {
  const first = rows.loadable.at(0);
  const delivery = first === undefined ? null : asPending(first.now);
  if (delivery === null) return null;
  return { tenantId: rows.tenantId, endpointId: rows.endpointId, dueAt: delivery.dueAt };
}
