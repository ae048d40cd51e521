import type { PendingDelivery } from '../../../core/delivery.ts';
import type { DeliveryId, EndpointId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { AcceptAnswer, PlacedDelivery } from '../../queue.ts';
import { answerParts } from './coalesce.ts';
import type { ReadContext } from './context.ts';
import { states } from './delivery-row.ts';
import type { EventRow } from './event-row.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';
import { pendingHead } from './order.ts';

type Accepted = AcceptAnswer & { readonly is: 'accepted' };
type Stored = Pick<EventRow, 'position' | 'delivery_count'>;

type Left = {
  readonly position: number;
  readonly id: StoredId;
  readonly endpoint: number;
  readonly order_key: string | null;
};

/** What coalescing did when an event was accepted, as far as it is still so. */
export function coalescedBefore(
  context: ReadContext,
  event: Stored,
): Pick<Accepted, 'placed' | 'superseded' | 'promoted'> {
  const placed = placedOf(context, event);
  if (placed.length === 0) return {};
  const left = leftFor(context, event);
  return answerParts({
    placed,
    superseded: left.map(({ id, endpoint }) => ({
      deliveryId: unpackId('delivery', id) as DeliveryId,
      endpointId: context.names.text(endpoint) as EndpointId,
    })),
    promoted: promotedFor(context, event, left),
  });
}

function placedOf({ db }: ReadContext, event: Stored): PlacedDelivery[] {
  const rows = db.all<{
    position: number;
    due: number;
    from: number | null;
    to: number | null;
    count: number;
  }>(
    `SELECT d.position AS position, d.first_due_at AS due, c.merged_from AS "from",
      c.merged_to AS "to", c.superseded_count AS count
      FROM coalescing c CROSS JOIN deliveries d ON d.position = c.delivery
      WHERE c.delivery > ? AND c.delivery <= ? ORDER BY c.delivery`,
    event.position,
    event.position + event.delivery_count,
  );
  return rows
    .filter(({ from, count }) => from !== null || count > 0)
    .map(({ position, due, from, to, count }) => ({
      index: position - event.position - 1,
      dueAt: due as Instant,
      merged: from === null || to === null ? null : { from, to },
      supersededCount: count,
    }));
}

/** Word of what was superseded stands right behind the deliveries, without a gap. */
function leftFor({ db }: ReadContext, { position, delivery_count: count }: Stored): Left[] {
  const end = position + count;
  const rows = db.all<Left & { at: number; state: number }>(
    `SELECT c.position AS at, d.position AS position, d.id AS id, d.endpoint AS endpoint,
      d.order_key AS order_key, d.state AS state
      FROM changes c CROSS JOIN deliveries d ON d.position = c.delivery
      WHERE c.position > ? AND c.position < coalesce(
        (SELECT min(position) FROM events WHERE position > ?), ${Number.MAX_SAFE_INTEGER})
        AND c.kind = 'supersede' ORDER BY c.position`,
    end,
    end,
  );
  return rows.filter(
    ({ at, state }, index) => at === end + 1 + index && state === states.superseded,
  );
}

/** What stands first by now for the keys that were left, unless it came with the event. */
function promotedFor(
  context: ReadContext,
  { position }: Stored,
  left: readonly Left[],
): PendingDelivery[] {
  const promoted = new Map<number, PendingDelivery>();
  for (const each of left) {
    const head = pendingHead(context, each);
    if (head !== null && head.position < position) promoted.set(head.position, head);
  }
  return [...promoted.values()];
}
