import type { Delivery, DeliveryState } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import type { DeliveryId, EndpointId, EventId, Position, TenantId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Json } from '../core/json.ts';
import type { IdempotencyRow } from './idempotency.ts';
import type { Page, PageOf } from './page.ts';
import type { DeliveryReported, GuardedKind } from './queue.ts';

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

/** A guarded row as stored. */
export type GuardedRow = {
  readonly tenantId: TenantId;
  readonly kind: GuardedKind;
  readonly id: string;
  /** 1 when made; one higher with each write. */
  readonly version: number;
  readonly value: Json;
  readonly group: string | null;
  readonly state: string | null;
  readonly wakeAt: Instant | null;
  /** Of the event that made it. */
  readonly position: Position;
};

/** One version in the history of a guarded row. */
export type GuardedVersion = {
  readonly version: number;
  /** Of the event that it came with. */
  readonly position: Position;
  readonly note: Uint8Array | null;
};

export type GuardedFilter = {
  readonly tenantId: TenantId | null;
  readonly kind: GuardedKind;
  readonly group?: string;
  readonly state?: string;
};

/** Events in the order of their commits. */
export type EventsAfter = {
  readonly events: readonly StoredEvent[];
  /** Where to go on from: everything up to here was looked at. */
  readonly position: Position;
  /** Whether events after the asked position were removed by retention before they were read. */
  readonly isTooOld: boolean;
};

/** Deliveries of an event in each state. */
export type DeliveryCounts = {
  readonly eventId: EventId;
  readonly counts: Readonly<Partial<Record<DeliveryState['is'], number>>>;
  /** Whether there are more than were counted. */
  readonly isCut: boolean;
};

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
  guarded(query: { tenantId: TenantId; kind: GuardedKind; id: string }): Promise<GuardedRow | null>;
  /** By the positions of the events that made them. */
  guardedList(filter: GuardedFilter, page: Page): Promise<PageOf<GuardedRow>>;
  /**
   * Versions after `after` up to `upTo` (null: all), oldest first; those that are still kept. The
   * note of one whose event was erased is null.
   */
  guardedHistory(query: {
    tenantId: TenantId;
    kind: GuardedKind;
    id: string;
    after: number;
    upTo: number | null;
    limit: number;
  }): Promise<GuardedVersion[]>;
  /**
   * The newest large bytes beside a row, with the version that brought them; null when there were
   * none, or when the event that brought them was erased.
   */
  guardedContent(query: {
    tenantId: TenantId;
    kind: GuardedKind;
    id: string;
  }): Promise<{ readonly version: number; readonly content: Uint8Array } | null>;
  /** Rows of any tenant that upkeep is to look at, those due first first. */
  guardedDue(query: { kind: GuardedKind; before: Instant; limit: number }): Promise<GuardedRow[]>;
  /**
   * Events after a position, in its order, payload included; at most `limit`, and no more once
   * their data has `bytes`. Those whose data was erased are passed over. `subject` leaves only
   * those in the history of one guarded row of the tenant, and is too old only by what that lost.
   */
  eventsAfter(query: {
    /** Null reads across tenants. */
    tenantId: TenantId | null;
    after: Position;
    subject?: { readonly kind: GuardedKind; readonly id: string };
    limit: number;
    bytes: number;
  }): Promise<EventsAfter>;
  /**
   * How many events of a chain have more hops than `hopsOver`, which is at least `limits.hops`,
   * counted up to `limit`; and the most hops that one of those looked at has.
   */
  chainHeld(query: {
    tenantId: TenantId;
    correlationId: string;
    hopsOver: number;
    limit: number;
  }): Promise<{ readonly count: number; readonly maxHops: number | null }>;
  /**
   * How many events of a chain, but for its first and those of one type, were accepted at or after
   * an instant; counted up to `limit` among its newest `limits.chainScanRows`.
   */
  chainVolume(query: {
    tenantId: TenantId;
    correlationId: string;
    except: string;
    since: Instant;
    limit: number;
  }): Promise<number>;
  /** Of each event that is there, in the order asked; each counted up to `limit`. */
  deliveryCounts(query: {
    tenantId: TenantId;
    eventIds: readonly EventId[];
    limit: number;
  }): Promise<DeliveryCounts[]>;
  /** What was reported of a delivery, newest first. */
  reports(query: {
    tenantId: TenantId;
    deliveryId: DeliveryId;
    limit: number;
  }): Promise<DeliveryReported[]>;
  /** The newest committed position, to begin to follow at. */
  newestPosition(): Promise<Position>;
  /** Kept by counting, never by scanning. */
  backlog(): Promise<Backlog>;
}
