import type { Delivery, DeliveryState } from '../../core/delivery.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';

/** A delivery as it is shown. */
export function deliveryView(delivery: Delivery) {
  const { id, tenantId, eventId, endpointId, subscriptionId, state } = delivery;
  const { orderKey, isReplay, attemptCount } = delivery;
  return {
    id,
    tenantId,
    eventId,
    endpointId,
    subscriptionId,
    ...stateView(state),
    orderKey,
    isReplay,
    attemptCount,
    failingSince: instantTextOrNull(delivery.failingSince),
    firstDueAt: instantText(delivery.firstDueAt),
    createdAt: instantText(delivery.createdAt),
  };
}

function stateView(state: DeliveryState) {
  return {
    state: state.is,
    dueAt: state.is === 'pending' ? instantText(state.dueAt) : null,
    endedAt: state.is === 'pending' ? null : instantText(state.at),
    reason: 'reason' in state ? state.reason : null,
    supersededBy: state.is === 'superseded' ? state.by : null,
  };
}
