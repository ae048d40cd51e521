import { createHash } from 'node:crypto';
import type { Endpoint } from './endpoint.ts';
import { idPrefixes } from './ids.ts';
import type { EndpointId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';
import { standardRetry } from './retry-policy.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const idChars = 26;

/**
 * The id of the hidden endpoint of a tenant's callbacks to an origin: always the same one, so that
 * two nodes that make it at once mean the same. A UUIDv8, since no clock takes part.
 */
export function callbackEndpointId(tenantId: TenantId, origin: string): EndpointId {
  const named = JSON.stringify(['callback', tenantId, origin]);
  const bytes = createHash('sha256').update(named).digest().subarray(0, 16);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return `${idPrefixes.endpoint}_${base32(BigInt(`0x${bytes.toString('hex')}`))}` as EndpointId;
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

function base32(value: bigint): string {
  let text = '';
  for (let rest = value; text.length < idChars; rest >>= 5n) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
  }
  return text;
}
