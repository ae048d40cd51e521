import type { EndpointId, TenantId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import { shardCount, shardOf } from '../../../core/shard.ts';
import type { Shard } from '../../../core/shard.ts';
import type { DueEndpoint } from '../../queue.ts';
import type { ReadContext } from './context.ts';
import { places, states } from './delivery-row.ts';
import { nameKinds } from './names.ts';

/** Where to go on, and for which shards. */
export type DueEndpointsQuery = {
  readonly shards: readonly Shard[];
  readonly dueBefore: Instant;
  readonly after: EndpointId | null;
  readonly limit: number;
};

type First = { endpoint: number; tenant: number; due_at: number };

/**
 * Endpoints with something due. Leaps over the due index from each endpoint to the next, so that
 * the length of a queue costs nothing.
 */
export function dueEndpoints(context: ReadContext, query: DueEndpointsQuery): DueEndpoint[] {
  const isMine = shardTest(query.shards);
  const found: DueEndpoint[] = [];
  let first = firstAfter(context, startOf(context, query.after));
  for (
    ;
    first !== null && found.length < query.limit;
    first = firstAfter(context, first.endpoint)
  ) {
    if (first.due_at >= query.dueBefore) continue;
    const endpointId = context.names.text(first.endpoint) as EndpointId;
    if (!isMine(endpointId)) continue;
    const tenantId = context.names.text(first.tenant) as TenantId;
    found.push({ tenantId, endpointId, dueAt: first.due_at as Instant });
  }
  return found;
}

/** When the oldest head falls due; null when nothing is pending. */
export function oldestDueAt(context: ReadContext): Instant | null {
  let oldest: number | null = null;
  for (let first = firstAfter(context, 0); first !== null;) {
    oldest = Math.min(oldest ?? first.due_at, first.due_at);
    first = firstAfter(context, first.endpoint);
  }
  return oldest as Instant | null;
}

/** A test for shards that costs nothing when every shard is asked for. */
export function shardTest(shards: readonly Shard[]): (endpointId: EndpointId) => boolean {
  const numbers = new Set(shards.map(({ number }) => number));
  if (numbers.size === shardCount) return () => true;
  return (endpointId) => numbers.has(shardOf(endpointId).number);
}

function startOf({ db }: ReadContext, after: EndpointId | null): number {
  if (after === null) return 0;
  const row = db.get<{ key: number }>(
    'SELECT key FROM names WHERE kind = ? AND text = ?',
    nameKinds.endpoint,
    after,
  );
  return row?.key ?? 0;
}

function firstAfter({ db }: ReadContext, endpoint: number): First | null {
  return db.get<First>(
    `SELECT endpoint, tenant, due_at FROM deliveries WHERE endpoint > ?
      AND state = ${states.pending} AND place <> ${places.follower}
      ORDER BY endpoint, due_at LIMIT 1`,
    endpoint,
  );
}
