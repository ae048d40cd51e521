import type { Endpoint } from './endpoint.ts';
import type { EndpointId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';
import { namedId } from './named-id.ts';
import { standardRetry } from './retry-policy.ts';

/**
 * The id of the hidden endpoint of a tenant's callbacks to an origin: always the same one, so that
 * two nodes that make it at once mean the same.
 */
export function callbackEndpointId(tenantId: TenantId, origin: string): EndpointId {
  return namedId('endpoint', ['callback', tenantId, origin]);
}

/** A new hidden endpoint with every default; each delivery brings what differs. */
export function callbackEndpoint(tenantId: TenantId, origin: string, now: Instant): Endpoint {
  return {
    id: callbackEndpointId(tenantId, origin),
    tenantId,
    url: origin,
    description: '',
    status: { is: 'active' },
    headers: [],
    secrets: [],
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
    isHidden: true,
    metadata: null,
    createdAt: now,
    updatedAt: now,
  };
}
