import type { Outcome } from './attempt.ts';
import type { DeadReason } from './delivery.ts';
import type { DisableReason } from './endpoint.ts';
import type { EndpointId, EventId, TenantId } from './ids.ts';

/** Something that happened and that metrics, logs or traces may want to know. */
export type Signal =
  | {
      readonly signal: 'event_accepted';
      readonly tenantId: TenantId;
      readonly deliveryCount: number;
    }
  | {
      readonly signal: 'attempt_ended';
      readonly tenantId: TenantId;
      readonly endpointId: EndpointId;
      readonly outcome: Outcome;
      readonly latencyMs: number;
    }
  | {
      readonly signal: 'delivery_ended';
      readonly tenantId: TenantId;
      readonly eventId: EventId;
      readonly endpointId: EndpointId;
      readonly as: 'delivered' | DeadReason;
      /** From the acceptance of the delivery to its end. */
      readonly ageMs: number;
    }
  | {
      readonly signal: 'breaker_changed';
      readonly tenantId: TenantId;
      readonly endpointId: EndpointId;
      readonly is: 'closed' | 'open' | 'probing';
    }
  | {
      readonly signal: 'endpoint_disabled';
      readonly tenantId: TenantId;
      readonly endpointId: EndpointId;
      readonly reason: DisableReason;
    }
  /** An alert's event was accepted; it has so many deliveries. */
  | {
      readonly signal: 'alert_raised';
      readonly type: string;
      readonly tenantId: TenantId;
      readonly endpointId: EndpointId;
      readonly eventId: EventId;
      readonly deliveryCount: number;
      /** Why the last attempt failed, in one sentence; null when there is none to tell of. */
      readonly cause: string | null;
    }
  /** A background step failed and will be tried again. */
  | { readonly signal: 'step_failed'; readonly step: string; readonly cause: unknown };

/** Tells about a signal; never throws and never waits. */
export type Emit = (signal: Signal) => void;
