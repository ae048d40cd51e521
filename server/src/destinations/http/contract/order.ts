import type { Endpoint } from '../../../core/endpoint.ts';
import type { StoredEvent } from '../../../core/event.ts';
import type {
  AttemptId,
  DeliveryId,
  EndpointId,
  EventId,
  Position,
  TenantId,
} from '../../../core/ids.ts';
import { instant } from '../../../core/instant.ts';
import { standardRetry } from '../../../core/retry-policy.ts';
import type { SendOrder } from '../../destination.ts';

/** The instant at which everything in these tests happens: 2026-01-01T00:00:00Z. */
export const now = instant(1_767_225_600_000);

/** The secret of the Standard Webhooks examples. */
export const secretText = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** An endpoint as its owner would make it, but for what is given. */
export function endpointWith(given: Partial<Endpoint>): Endpoint {
  return {
    id: 'ep_1' as EndpointId,
    tenantId: 'default' as TenantId,
    url: 'https://hooks.example.com/in',
    description: '',
    status: { is: 'active' },
    headers: [],
    secrets: [{ text: secretText, createdAt: now, endsAt: null }],
    scheme: 'standard',
    headerNames: 'webhook',
    format: 'standard',
    retry: standardRetry,
    retryAfterMaxMs: 3_600_000,
    breaker: { failuresInARow: 5, openMs: 60_000 },
    timeoutMs: 3_000,
    maxInFlight: 64,
    ratePerSecond: null,
    orderWaitMs: 900_000,
    onDead: 'continue',
    maxAgeMs: 604_800_000,
    isHidden: false,
    metadata: null,
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}

/** An event with JSON data, but for what is given. */
export function eventWith(given: Partial<StoredEvent>): StoredEvent {
  return {
    id: 'evt_1' as EventId,
    position: 1 as Position,
    tenantId: 'default' as TenantId,
    type: 'task.completed',
    data: Buffer.from('{"taskId":"t1"}'),
    contentType: 'application/json',
    time: now,
    acceptedAt: now,
    source: null,
    key: null,
    entity: null,
    correlationId: 'evt_1',
    causationId: null,
    hops: 0,
    metadata: null,
    ceId: null,
    ...given,
  };
}

let count = 0;

/** A first attempt at delivering an event to an endpoint; each order is another attempt. */
export function orderWith(given: Partial<SendOrder>): SendOrder {
  count += 1;
  return {
    attemptId: `att_${count}` as AttemptId,
    deliveryId: `dlv_${count}` as DeliveryId,
    event: eventWith({}),
    endpoint: endpointWith({}),
    endpointVersion: 1,
    isOneOff: false,
    number: 1,
    isReplay: false,
    dueAt: now,
    startedAt: now,
    ...given,
  };
}
