import type { BreakerPolicy } from '../endpoint.ts';
import type { EndpointId, TenantId } from '../ids.ts';

/** What a lane must know of its endpoint. */
export type LaneEndpoint = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  /** Paused: what is owed stays in the store and nothing is sent. */
  readonly isHeld: boolean;
  readonly maxInFlight: number;
  /** Attempts started per second; null for no limit. */
  readonly ratePerSecond: number | null;
  readonly breaker: BreakerPolicy;
};
