import type { PendingDelivery } from '../delivery.ts';
import type { EndpointId, TenantId } from '../ids.ts';
import type { Instant } from '../instant.ts';

/** A read of one endpoint's first due deliveries; answered by its ticket. */
export type LoadOrder = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly dueBefore: Instant;
  readonly limit: number;
  readonly ticket: number;
};

/** What lanes want done now. */
export type Turn = {
  /** In flight from here on; each must end. */
  readonly send: PendingDelivery[];
  /** Each must be answered as loaded or failed. */
  readonly load: LoadOrder[];
  /** When to ask again though nothing happened; null: only after something did. */
  readonly askAgainAt: Instant | null;
};
