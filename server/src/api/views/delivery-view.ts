import type { Delivery, DeliveryState } from '../../core/delivery.ts';
import { maskedUrl } from '../../core/masked-url.ts';
import type { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';

/** A delivery as it is shown; a callback's leads elsewhere than its hidden endpoint. */
export function deliveryView(mirror: Pick<CatalogueMirror, 'get'>, delivery: Delivery) {
  const { id, tenantId, eventId, endpointId, subscriptionId, state } = delivery;
  const { orderKey, isReplay, attemptCount } = delivery;
  const url = delivery.callbackUrl ?? mirror.get('endpoint', tenantId, endpointId)?.value.url;
  return {
    id,
    tenantId,
    eventId,
    endpointId,
    subscriptionId,
    webhookUrl: url === undefined ? null : maskedUrl(url),
    ...stateView(state),
    orderKey,
    isReplay,
    replayId: delivery.replayId ?? null,
    attemptCount,
    supersededCount: delivery.supersededCount ?? 0,
    merged: delivery.merged ?? null,
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
