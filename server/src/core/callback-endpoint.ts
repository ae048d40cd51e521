import { endpointDefaults } from './endpoint-defaults.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';
import { namedId } from './named-id.ts';

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
    status: { is: 'active' },
    secrets: [],
    ...endpointDefaults,
    isHidden: true,
    createdAt: now,
    updatedAt: now,
  };
}
