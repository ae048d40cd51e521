import type { Delivery } from '../../../core/delivery.ts';
import type { DeliveryId, EndpointId, TenantId } from '../../../core/ids.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { selectDeliveries, toDelivery } from './delivery-row.ts';
import type { JoinedDeliveryRow } from './delivery-row.ts';
import { packId } from './id-blob.ts';
import { nameKinds } from './names.ts';

/** One delivery by id; `tenantId` null looks in all tenants. */
export function findDelivery(
  context: ReadContext,
  { tenantId, id }: { tenantId: TenantId | null; id: DeliveryId },
): Delivery | null {
  const byId = `${selectDeliveries} WHERE d.id = ?`;
  const packed = packId('delivery', id);
  if (tenantId === null) {
    const row = context.db.get<JoinedDeliveryRow>(`${byId} LIMIT 1`, packed);
    return row === null ? null : toDelivery(row, context);
  }
  const tenant = tenantKey(context, tenantId);
  const row = context.db.get<JoinedDeliveryRow>(`${byId} AND d.tenant = ?`, packed, tenant);
  return row === null ? null : toDelivery(row, context);
}

/** The key of an endpoint that some row names; `tenant` null looks in all tenants. */
export function findEndpointKey(
  { db, names }: ReadContext,
  tenant: number | null,
  endpointId: EndpointId,
): number | null {
  if (tenant !== null) return names.find('endpoint', tenant, endpointId);
  const row = db.get<{ key: number }>(
    'SELECT key FROM names WHERE kind = ? AND text = ? LIMIT 1',
    nameKinds.endpoint,
    endpointId,
  );
  return row?.key ?? null;
}
