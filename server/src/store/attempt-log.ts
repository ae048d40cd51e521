import type { AttemptError, StoredAttempt } from '../core/attempt.ts';
import type { AttemptId, DeliveryId, EndpointId, EventId, TenantId } from '../core/ids.ts';
import type { Page, PageOf } from './page.ts';

/** Which attempts are wanted; all conditions hold together. */
export type AttemptFilter = {
  /** Null reads across tenants (operators only). */
  readonly tenantId: TenantId | null;
  readonly deliveryId?: DeliveryId;
  readonly eventId?: EventId;
  readonly endpointId?: EndpointId;
  readonly eventType?: string;
  readonly status?: 'succeeded' | 'failed';
  readonly statusCode?: number;
  readonly error?: AttemptError;
};

/** The webhook log. Rows come into it with `Queue.record` alone. */
export interface AttemptLog {
  get(query: { tenantId: TenantId | null; id: AttemptId }): Promise<StoredAttempt | null>;
  /** Newest first, by position. */
  search(filter: AttemptFilter, page: Page): Promise<PageOf<StoredAttempt>>;
}
