import { awaitsAck } from '../../core/ack/awaits-ack.ts';
import type { Delivery, DeliveryState } from '../../core/delivery.ts';
import { maskedUrl } from '../../core/masked-url.ts';
import type { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import type { DeliveryReported } from '../../store/queue.ts';
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
    ...ackView(delivery),
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

function ackView(delivery: Delivery) {
  const { state } = delivery;
  const ackBy = state.is === 'pending' && awaitsAck(delivery) ? instantText(state.dueAt) : null;
  return { awaitingAck: ackBy !== null, ackBy };
}

/** What a receiver has reported, as it is shown. */
export function reportedView({ kind, number, note, at }: DeliveryReported) {
  return { kind, attemptNumber: number, note, createdAt: instantText(at) };
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
