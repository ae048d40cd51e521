import type { CallbackTarget } from './callback.ts';
import type {
  DeliveryId,
  EndpointId,
  EventId,
  Position,
  ReplayId,
  SubscriptionId,
  TenantId,
} from './ids.ts';
import type { Instant } from './instant.ts';

/** Why a delivery is dead. */
export type DeadReason =
  | 'attempts_exhausted'
  | 'address_forbidden'
  | 'endpoint_gone'
  | 'endpoint_disabled'
  | 'expired'
  | 'event_missing'
  | 'order_wait_over'
  | 'receiver_failed';

/** Why a delivery was cancelled; what is `held` goes on when its chain is released. */
export type CancelReason = 'asked' | 'endpoint_deleted' | 'no_change' | 'data_erased' | 'held';

export type DeliveryState =
  | { readonly is: 'pending'; readonly dueAt: Instant }
  | { readonly is: 'delivered'; readonly at: Instant }
  | { readonly is: 'dead'; readonly at: Instant; readonly reason: DeadReason }
  | { readonly is: 'superseded'; readonly at: Instant; readonly by: DeliveryId }
  | { readonly is: 'cancelled'; readonly at: Instant; readonly reason: CancelReason };

/** Versions of an entity from the first to the last, both told of. */
export type MergedVersions = { readonly from: number; readonly to: number };

/** One event owed to one endpoint. */
export type Delivery = {
  readonly id: DeliveryId;
  readonly position: Position;
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly eventPosition: Position;
  readonly endpointId: EndpointId;
  readonly subscriptionId: SubscriptionId | null;
  /** Deliveries of one endpoint with the same order key go one at a time, by position. */
  readonly orderKey: string | null;
  readonly isReplay: boolean;
  readonly createdAt: Instant;
  /** When it first fell due since it was made or last retried; its age counts from here. */
  readonly firstDueAt: Instant;
  /** Attempts recorded so far; the next one has this number plus one. */
  readonly attemptCount: number;
  /** `attemptCount` as it stood when the present budget began; interrupted attempts raise it. */
  readonly budgetFrom: number;
  /** When the first attempt of the present budget failed; null before that. */
  readonly failingSince: Instant | null;
  /** Where it goes, when it is a callback's; not there for any other. */
  readonly callbackUrl?: string;
  /** The replay that made it; not there for any other. */
  readonly replayId?: ReplayId;
  /** The versions of its entity that it tells of; not there unless it merges changes. */
  readonly merged?: MergedVersions;
  /** How many deliveries it stands for beside itself; not there when for none. */
  readonly supersededCount?: number;
  readonly state: DeliveryState;
};

/** A delivery as lanes hold it: pending, and no payload. */
export type PendingDelivery = Omit<Delivery, 'state' | 'callbackUrl' | 'replayId'> & {
  readonly dueAt: Instant;
  /** Where and how it goes, when it is a callback's; not there for any other. */
  readonly callback?: CallbackTarget;
};
