import type { Outcome } from './attempt.ts';
import type { DeadReason } from './delivery.ts';
import type { DisableReason } from './endpoint.ts';
import type { DeliveryId, EndpointId, EventId, TenantId } from './ids.ts';

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
      readonly deliveryId: DeliveryId;
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
      /** Null for one that is about no endpoint. */
      readonly endpointId: EndpointId | null;
      readonly eventId: EventId;
      readonly deliveryCount: number;
      /** Why the last attempt failed, in one sentence; null when there is none to tell of. */
      readonly cause: string | null;
    }
  /** Deliveries ended without an attempt, one or several at once. */
  | {
      readonly signal: 'deliveries_closed';
      /** The one that ended; null when several did. */
      readonly deliveryId: DeliveryId | null;
      /** Which ones; not there when all those of the endpoint did that this can be said of. */
      readonly deliveryIds?: readonly DeliveryId[];
      readonly endpointId: EndpointId;
      readonly as: 'cancelled' | 'superseded' | DeadReason;
      readonly count: number;
    }
  /** A request was answered; those that fail have an id, which their answer names. */
  | {
      readonly signal: 'request_ended';
      readonly method: string;
      /** The pattern of its path, never the path itself; `none` when it met no route. */
      readonly route: string;
      readonly status: number;
      /** Null when it ended before it began to be served. */
      readonly durationMs: number | null;
      readonly requestId: string | null;
    }
  /** A request failed by our fault; its answer names the id and nothing else. */
  | { readonly signal: 'request_failed'; readonly requestId: string; readonly cause: unknown }
  /** The thread that sends has died with these attempts in its hands, and is started again. */
  | { readonly signal: 'sender_died'; readonly attemptCount: number }
  /** A background step failed and will be tried again. */
  | { readonly signal: 'step_failed'; readonly step: string; readonly cause: unknown };

/** Tells about a signal; never throws and never waits. */
export type Emit = (signal: Signal) => void;
