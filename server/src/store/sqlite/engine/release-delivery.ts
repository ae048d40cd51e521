import type { EndpointId, Position } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { WriteContext } from './context.ts';
import { isHeldRow } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { erasedAt } from './erased-at.ts';
import type { ReplayRow } from './replay-row.ts';
import { retryDelivery } from './retry-delivery.ts';

/** What became of it, and the endpoint that now has it due. */
type Released =
  | { readonly became: 'made'; readonly endpointId: EndpointId }
  | { readonly became: 'skipped' | 'failed'; readonly endpointId: null };

/** Lets a delivery go that was held; one that somebody else let go or cancelled stays as it is. */
export function releaseDelivery(
  context: WriteContext,
  { tenant }: Pick<ReplayRow, 'tenant'>,
  { position, at }: { position: Position; at: Instant },
): Released {
  const { db, names } = context;
  const delivery = db.get<DeliveryRow>(
    'SELECT * FROM deliveries WHERE position = ? AND tenant = ?',
    position,
    tenant,
  );
  const isGone = delivery === null || erasedAt(context, delivery.event) !== null;
  if (isGone) return { became: 'failed', endpointId: null };
  if (!isHeldRow(delivery)) return { became: 'skipped', endpointId: null };
  retryDelivery(context, delivery, at);
  return { became: 'made', endpointId: names.text(delivery.endpoint) as EndpointId };
}
