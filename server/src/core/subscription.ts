import type { EndpointId, SubscriptionId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';

/** What an endpoint wants. */
export type Subscription = {
  readonly id: SubscriptionId;
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  /** Type patterns; an event must match one. */
  readonly types: readonly string[];
  /** A CEL expression over `{type, data, metadata, source, entity}`; null lets all through. */
  readonly filter: string | null;
  readonly entity: { readonly type: string; readonly id: string | null } | null;
  readonly order: 'none' | 'key' | 'endpoint';
  /** Fields of an entity, of which one must have changed; not there when any will do. */
  readonly fields?: readonly string[];
  /** How progress and changes are merged; not there for the usual way. */
  readonly coalesce?: CoalesceWish;
  /** Whether data over `limits.claimCheckBytes` is replaced by a signed link to it. */
  readonly claimCheck?: boolean;
  /** Whether a 202 means that the receiver reports later; not there when any 2xx is the end. */
  readonly ack?: AckWish;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** How long a receiver that answered 202 has to report that it is done. */
export type AckWish = { readonly withinMs: number };

/** `false` delivers everything; else changes of one entity that come within a window are merged. */
export type CoalesceWish =
  | false
  | {
      /** How long a window stays open after a change. */
      readonly windowMs: number;
      /** How long at most after its first one. */
      readonly maxWaitMs: number;
    };
