import type { Endpoint } from './endpoint.ts';
import { limits } from './limits.ts';
import { standardRetry } from './retry-policy.ts';

/** What can be left unsaid of an endpoint. */
type Unsaid = Omit<
  Endpoint,
  | 'id'
  | 'tenantId'
  | 'url'
  | 'status'
  | 'secrets'
  | 'isHidden'
  | 'createdAt'
  | 'updatedAt'
  | 'contacts'
  | 'alerts'
>;

/** What holds for an endpoint where its owner says nothing. */
export const endpointDefaults: Unsaid = {
  description: '',
  headers: [],
  scheme: 'standard',
  headerNames: 'webhook',
  format: 'standard',
  retry: standardRetry,
  retryAfterMaxMs: limits.retryAfterMs,
  breaker: { failuresInARow: limits.breakerFailures, openMs: limits.breakerOpenMs },
  timeoutMs: limits.attemptMs,
  maxInFlight: limits.inFlightPerEndpoint,
  ratePerSecond: null,
  orderWaitMs: limits.orderWaitMs,
  onDead: 'continue',
  maxAgeMs: limits.deliveryAgeMs,
  metadata: null,
};
