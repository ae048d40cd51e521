import type { EndpointId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';

/** A breaker as it is stored and restored; windows of recent outcomes are not kept. */
export type BreakerState =
  | {
      readonly is: 'closed';
      readonly failuresInARow: number;
      readonly firstFailureAt: Instant | null;
    }
  | {
      readonly is: 'open';
      readonly since: Instant;
      /** When one probe may go. */
      readonly probeAt: Instant;
      /** How long it stays open this time; doubles with each failed probe. */
      readonly openMs: number;
    }
  | { readonly is: 'probing'; readonly since: Instant; readonly openMs: number };

/**
 * What must survive a restart about an endpoint, written together with the attempts that change it.
 */
export type EndpointHealth = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly breaker: BreakerState;
  /** When everything began to fail; null after a success. */
  readonly failingSince: Instant | null;
  /** Attempts failed since then. */
  readonly failedCount: number;
  readonly lastSuccessAt: Instant | null;
};
