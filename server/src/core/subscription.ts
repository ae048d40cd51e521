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
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};
