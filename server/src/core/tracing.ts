import type { Outcome } from './attempt.ts';
import type { Event } from './event.ts';
import type { AttemptId, DeliveryId, EndpointId, TenantId } from './ids.ts';
import type { Emit } from './signal.ts';
import type { TraceContext } from './trace-context.ts';

/** A span that was begun: where it stands, and how it ends. */
export type OpenSpan<Ending> = {
  readonly trace: TraceContext;
  end(ending: Ending): void;
};

/** An attempt that is about to be made. */
export type TracedAttempt = {
  readonly attemptId: AttemptId;
  readonly deliveryId: DeliveryId;
  readonly number: number;
  readonly event: Event;
  readonly endpoint: { readonly id: EndpointId; readonly url: string };
};

/** What records traces. Where nothing does there is none of this, so that it costs nothing. */
export interface Tracing {
  /** Begins the span in which events are accepted; it ends with what went wrong, or null. */
  accepting(of: {
    readonly tenantId: TenantId;
    readonly eventCount: number;
    /** Where the request stands that brings them; null for nowhere. */
    readonly trace: TraceContext | null;
  }): OpenSpan<unknown>;
  /** Begins the span of an attempt, within that of its delivery, which is begun when needed. */
  attempting(attempt: TracedAttempt): OpenSpan<Outcome>;
  /** Ends the spans of deliveries that signals tell the end of. */
  readonly emit: Emit;
  /** Ends every span that is still open. */
  close(): void;
}
