import type { DeliveryId, EndpointId, Position, TenantId } from '../../../core/ids.ts';
import type { Shard } from '../../../core/shard.ts';
import type { TailItem } from '../../queue.ts';
import type { ReadContext } from './context.ts';
import { places, selectDeliveries, states, toPendingDelivery } from './delivery-row.ts';
import type { JoinedDeliveryRow } from './delivery-row.ts';
import { shardTest } from './due-endpoints.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';

export type TailQuery = {
  readonly shards: readonly Shard[];
  readonly after: Position | null;
  readonly limit: number;
};

type ChangeRow = {
  position: number;
  kind: 'retry' | 'cancel' | 'supersede';
  id: StoredId;
  tenant: number;
  endpoint: number;
};

/** What happened to deliveries after a position, and where to go on. */
export function tail(
  context: ReadContext,
  query: TailQuery,
): { items: TailItem[]; position: Position } {
  const newest = newestPosition(context);
  if (query.after === null) return { items: [], position: newest };
  const accepted = acceptedAfter(context, query.after, query.limit);
  const changed = changedAfter(context, query.after, query.limit);
  const all = [...accepted, ...changed].sort((a, b) => a.position - b.position);
  const seen = all.slice(0, query.limit);
  const isMine = shardTest(query.shards);
  const items = seen.filter((item) => isMine(endpointOf(item)));
  const isLevel = seen.length < query.limit;
  return { items, position: isLevel ? newest : (seen.at(-1)?.position ?? newest) };
}

/** The newest position that any committed row has. */
export function newestPosition({ db }: ReadContext): Position {
  const row = db.get<{ position: number }>(
    `SELECT max(
      (SELECT coalesce(max(position), 0) FROM events),
      (SELECT coalesce(max(position), 0) FROM deliveries),
      (SELECT coalesce(max(position), 0) FROM attempts),
      (SELECT coalesce(max(position), 0) FROM changes),
      (SELECT coalesce(max(position), 0) FROM replays),
      (SELECT coalesce(max(position), 0) FROM deaths),
      (SELECT coalesce(max(value), 0) FROM meta WHERE name = 'position')
    ) AS position`,
  );
  return (row?.position ?? 0) as Position;
}

/** Only heads: what waits behind another is nobody's to load yet. */
function acceptedAfter(context: ReadContext, after: number, limit: number): TailItem[] {
  const rows = context.db.all<JoinedDeliveryRow>(
    `${selectDeliveries} WHERE d.position > ? AND +d.state = ${states.pending}
      AND d.place <> ${places.follower} ORDER BY d.position LIMIT ?`,
    after,
    limit,
  );
  return rows.map((row) => ({
    kind: 'accepted',
    position: row.position as Position,
    delivery: toPendingDelivery(row, context),
  }));
}

function changedAfter({ db, names }: ReadContext, after: number, limit: number): TailItem[] {
  const rows = db.all<ChangeRow>(
    `SELECT c.position, c.kind, d.id, d.tenant, d.endpoint FROM changes c
      CROSS JOIN deliveries d ON d.position = c.delivery
      WHERE c.position > ? ORDER BY c.position LIMIT ?`,
    after,
    limit,
  );
  return rows.map((row) => ({
    kind: 'changed',
    position: row.position as Position,
    tenantId: names.text(row.tenant) as TenantId,
    endpointId: names.text(row.endpoint) as EndpointId,
    deliveryId: unpackId('delivery', row.id) as DeliveryId,
    to: row.kind,
  }));
}

function endpointOf(item: TailItem): EndpointId {
  return item.kind === 'accepted' ? item.delivery.endpointId : item.endpointId;
}
