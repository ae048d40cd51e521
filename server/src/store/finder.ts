import type { Delivery, DeliveryState } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import type { DeliveryId, EndpointId, EventId, Position, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Json } from '../core/json.ts';
import type { IdempotencyRow } from './idempotency.ts';
import type { Page, PageOf } from './page.ts';
import type { GuardedWrite } from './queue.ts';

/** A stored event without its payload, which may be a megabyte. */
export type EventSummary = Omit<StoredEvent, 'data'> & { readonly dataBytes: number };

export type EventFilter = {
  /** Null reads across tenants (operators only). */
  readonly tenantId: TenantId | null;
  readonly type?: string;
  readonly correlationId?: string;
};

export type DeliveryFilter = {
  readonly tenantId: TenantId | null;
  readonly eventId?: EventId;
  readonly endpointId?: EndpointId;
  readonly state?: DeliveryState['is'];
};

/** A type that some event had, with the place at which it was first seen. */
export type SeenType = { readonly position: Position; readonly type: string };

/** How much is owed. */
export type Backlog = { readonly pendingCount: number; readonly oldestDueAt: Instant | null };

/** Look-ups and lists. Nothing here writes, and nothing waits for the writer. */
export interface Finder {
  event(query: { tenantId: TenantId | null; id: EventId }): Promise<StoredEvent | null>;
  /** Of a callback's target it shows the URL alone. */
  delivery(query: { tenantId: TenantId | null; id: DeliveryId }): Promise<Delivery | null>;
  events(filter: EventFilter, page: Page): Promise<PageOf<EventSummary>>;
  deliveries(filter: DeliveryFilter, page: Page): Promise<PageOf<Delivery>>;
  /** Types that events of any tenant had, those seen last first; they outlive the events. */
  eventTypes(query: { before: Position | null; limit: number }): Promise<SeenType[]>;
  idempotency(query: {
    tenantId: TenantId;
    method: string;
    path: string;
    key: string;
    now: Instant;
  }): Promise<IdempotencyRow | null>;
  /** A guarded row with its version; null when there is none. */
  guarded(query: {
    tenantId: TenantId;
    kind: GuardedWrite['kind'];
    id: string;
  }): Promise<{ version: number; value: Json } | null>;
  /** Kept by counting, never by scanning. */
  backlog(): Promise<Backlog>;
}
