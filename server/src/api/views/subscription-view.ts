import type { Subscription } from '../../core/subscription.ts';
import { instantText } from '../instant-text.ts';

/** A subscription as it is shown. */
export function subscriptionView(subscription: Subscription) {
  const { id, tenantId, endpointId, types, filter, entity, order } = subscription;
  const { fields = null, coalesce = null, claimCheck = false, ack = null } = subscription;
  return {
    id,
    tenantId,
    endpointId,
    types,
    filter,
    entity,
    order,
    fields,
    coalesce,
    claimCheck,
    ack,
    createdAt: instantText(subscription.createdAt),
    updatedAt: instantText(subscription.updatedAt),
  };
}
