import type { Attempt } from '../core/attempt.ts';
import type { CallbackTarget } from '../core/callback.ts';
import type {
  CancelReason,
  DeadReason,
  DeliveryState,
  MergedVersions,
  PendingDelivery,
} from '../core/delivery.ts';
import type { DisableReason } from '../core/endpoint.ts';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { Event, StoredEvent } from '../core/event.ts';
import type {
  DeliveryId,
  EndpointId,
  EventId,
  NodeId,
  Position,
  SubscriptionId,
  TenantId,
} from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Json } from '../core/json.ts';
import type { ReplayJob } from '../core/replay.ts';
import type { HeldShard, Shard } from '../core/shard.ts';
import type { IdempotencyRow } from './idempotency.ts';

/** A delivery as ingest plans it; the store decides whether it must wait for an earlier one. */
export type PlannedDelivery = {
  readonly id: DeliveryId;
  readonly endpointId: EndpointId;
  readonly subscriptionId: SubscriptionId | null;
  readonly dueAt: Instant;
  readonly orderKey: string | null;
  readonly isReplay: boolean;
  /** What it brings itself when it is a callback's; encrypted before it reaches the disk. */
  readonly callback?: CallbackTarget;
  /** How it stands for others that wait for the same endpoint; not there when it never does. */
  readonly coalescing?: Coalescing;
  /**
   * Whether it begins as `cancelled`, `held`, since the chain of its event is held; it takes its
   * place in the order of its key when it goes, and none in coalescing. Not there when it may go.
   */
  readonly isHeld?: true;
};

/**
 * How a delivery stands for others of its group that wait for the same endpoint. The store works
 * it out in the transaction of `accept`; a delivery that a replay made or that was retried after
 * its death takes no part.
 */
export type Coalescing =
  /**
   * Only the newest counts. It supersedes what is pending of its group: of the same part, of every
   * part, or nothing; kept ones are never superseded.
   */
  | {
      readonly is: 'latest';
      readonly group: string;
      readonly part: string;
      readonly isKept: boolean;
      readonly supersedes: 'part' | 'all' | 'none';
    }
  /**
   * It takes over what an open window of its group has gathered: the version that it began with
   * and its end. A window is open while its delivery is not due and was never tried. Without one
   * it opens one: due after `windowMs`, which each later change moves, at most to `maxWaitMs`
   * after its beginning. Its planned `dueAt` counts for nothing.
   */
  | {
      readonly is: 'window';
      readonly group: string;
      /** The version of the guarded row that its event tells of. */
      readonly version: number;
      readonly windowMs: number;
      readonly maxWaitMs: number;
    };

/** A delivery for which coalescing decided more than was planned. */
export type PlacedDelivery = {
  /** Which of the planned ones. */
  readonly index: number;
  readonly dueAt: Instant;
  /** The versions that it tells of; null unless it is a window's. */
  readonly merged: MergedVersions | null;
  /** How many deliveries it stands for beside itself. */
  readonly supersededCount: number;
};

export type GuardedKind = 'task' | 'entity' | 'bundle' | 'chain' | 'source_cursor';

/** A small row that moves with the event; refused when the stored version is another. */
export type GuardedWrite = {
  readonly kind: GuardedKind;
  /** An event makes at most one row of a kind: its position is their place in lists. */
  readonly id: string;
  /** The version it replaces; null when there must be none. The new version is one higher. */
  readonly expects: number | null;
  readonly value: Json;
  /** What it is listed under: a task's parent, a bundle's conversation, an entity's type. */
  readonly group?: string | null;
  /** What it is listed by besides, such as the state of a task. */
  readonly state?: string | null;
  /** When upkeep is to look at it; null or left out for never. */
  readonly wakeAt?: Instant | null;
  /** Whether its history keeps this version, with the position of the event. */
  readonly hasHistory?: boolean;
  /** Kept with this version in its history, such as what changed by it. */
  readonly note?: Uint8Array;
  /** Large bytes beside it, of which the newest are kept; left out, those of before stay. */
  readonly content?: Uint8Array;
  /** Whether only its version is compared: nothing is written, and the rest counts for nothing. */
  readonly isCheck?: boolean;
};

/** An event with all that follows from it, saved whole or not at all. */
export type PlannedEvent = {
  readonly event: Event;
  /**
   * Names this plan: the same id with the same planId is a repeat of an unanswered call and is
   * answered `accepted` again; the same event id with another planId is a duplicate.
   */
  readonly planId: string;
  /** Whether the caller chose the event's id, so that it may collide. */
  readonly isCallersId: boolean;
  readonly deliveries: readonly PlannedDelivery[];
  readonly writes: readonly GuardedWrite[];
  /** The version of the catalogue that the plan was made from. */
  readonly catalogueVersion: number;
  readonly idempotency: IdempotencyRow | null;
  /** A replay that begins with it and looks no further than it; not there when none does. */
  readonly replay?: Pick<ReplayJob, 'id' | 'request'>;
};

/** What became of one planned event. */
export type AcceptAnswer =
  | {
      readonly is: 'accepted';
      /** The event's; its deliveries have the positions that follow, in the order planned. */
      readonly position: Position;
      /**
       * Indexes of deliveries that wait behind an earlier one of their order key, and of those
       * that are held; in the answer to a repeat also of those that are over.
       */
      readonly followers: readonly number[];
      /** Those that coalescing placed; not there when it placed none. */
      readonly placed?: readonly PlacedDelivery[];
      /** Pending ones that these took the place of; their owner starts none of them any more. */
      readonly superseded?: readonly {
        readonly deliveryId: DeliveryId;
        readonly endpointId: EndpointId;
      }[];
      /** Earlier deliveries that this freed to go, because one before them was superseded. */
      readonly promoted?: readonly PendingDelivery[];
    }
  | {
      readonly is: 'duplicate';
      readonly position: Position;
      readonly isSameContent: boolean;
      readonly deliveryCount: number;
    }
  /** The idempotency key was used before: with the same body, or with another. */
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | { readonly is: 'idempotency_conflict' }
  /** A guarded write expected another version; `index` is the first that did. */
  | { readonly is: 'conflict'; readonly index: number; readonly version: number | null }
  | { readonly is: 'stale_catalogue'; readonly version: number }
  | { readonly is: 'refused'; readonly because: 'disk_full' | 'unstorable' };

/** What an accept did to deliveries that were there before. */
export type Overtaken = Pick<AcceptAnswer & { readonly is: 'accepted' }, 'superseded' | 'promoted'>;

/** What a delivery becomes once its attempt is recorded. */
export type NextState =
  | { readonly is: 'pending'; readonly dueAt: Instant; readonly budgetFrom: number }
  | { readonly is: 'delivered' }
  | {
      readonly is: 'dead';
      readonly reason: DeadReason;
      /** Whether its order key stays blocked until it is retried with success or cancelled. */
      readonly holdsKey: boolean;
    }
  /** There is nothing to tell any more, as when merged changes undid each other. */
  | { readonly is: 'cancelled'; readonly reason: 'no_change' };

/** An attempt and the state it leads to; also a state reached without an attempt (`expired`). */
export type AttemptRecord = {
  readonly tenantId: TenantId;
  readonly deliveryId: DeliveryId;
  readonly deliveryPosition: Position;
  readonly endpointId: EndpointId;
  readonly held: HeldShard;
  /** Attempts recorded before this one; the delivery moves only when the store agrees. */
  readonly attemptCount: number;
  readonly attempt: Attempt | null;
  readonly at: Instant;
  readonly failingSince: Instant | null;
  readonly next: NextState;
  /** The endpoint's row, when this attempt changed it. */
  readonly health: EndpointHealth | null;
  /** Disables the endpoint in the same transaction and raises the catalogue version. */
  readonly disables: DisableReason | null;
};

/** What became of one record. */
export type RecordAnswer =
  | {
      readonly is: 'moved';
      /** The next delivery of its order key, now free to go. */
      readonly promoted: PendingDelivery | null;
    }
  /** The delivery's state had changed: only the attempt row was written. */
  | { readonly is: 'kept'; readonly state: DeliveryState }
  /** The shard has another owner by now: nothing was written. */
  | { readonly is: 'lease_lost' };

/** Which deliveries of one endpoint are wanted. */
export type DueQuery = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly dueBefore: Instant;
  readonly limit: number;
};

/** An endpoint that has something due, and since when. */
export type DueEndpoint = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly dueAt: Instant;
};

/** A change to a delivery that somebody else than its owner asks for. */
export type DeliveryChange = {
  readonly tenantId: TenantId;
  readonly deliveryId: DeliveryId;
  readonly at: Instant;
  readonly to: 'retry' | 'cancel';
  /** Keeps the answer of the request, in the transaction of the change. */
  readonly idempotency?: IdempotencyRow;
};

/** What the receiver of a delivery reports of it, and what follows. */
export type DeliveryReport = {
  readonly tenantId: TenantId;
  readonly deliveryId: DeliveryId;
  readonly at: Instant;
  readonly to: 'report';
  /** Attempts recorded when that was decided. */
  readonly attemptCount: number;
  readonly failingSince: Instant | null;
  readonly next: NextState;
  /** Kept with the delivery. */
  readonly report: Omit<DeliveryReported, 'at'>;
};

/** A report as it is kept. */
export type DeliveryReported = {
  readonly kind: 'ack' | 'fail' | 'progress';
  /** The number of the attempt that it is about. */
  readonly number: number;
  readonly note: string | null;
  readonly at: Instant;
};

/** What became of a change. */
export type ChangeAnswer =
  | {
      readonly is: 'changed';
      readonly endpointId: EndpointId;
      /** Set after `retry`, with a new budget; a follower of its key still waits for its turn. */
      readonly delivery: PendingDelivery | null;
      /** After `cancel`, the next delivery of its order key, now free to go. */
      readonly promoted: PendingDelivery | null;
    }
  /** Only what is `pending`, `dead` or held can be retried or cancelled. */
  | { readonly is: 'refused'; readonly state: DeliveryState }
  /** The data of its event was erased: there is nothing left to try again with. */
  | { readonly is: 'erased' }
  /** A report was decided before another attempt was recorded. */
  | { readonly is: 'overtaken' }
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | { readonly is: 'idempotency_conflict' }
  | { readonly is: 'unknown' };

/** Erases what an event carried, in bounded steps; the event itself stays. */
export type EraseRequest = {
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly at: Instant;
  /** The most deliveries, and the most attempts, of one step. */
  readonly limit: number;
};

/** What one step of erasing did. */
export type EraseAnswer =
  | {
      readonly is: 'erased';
      /** When it was first asked for. */
      readonly erasedAt: Instant;
      /** The pending deliveries that this step ended as `cancelled`, `data_erased`. */
      readonly ended: readonly {
        readonly deliveryId: DeliveryId;
        readonly endpointId: EndpointId;
      }[];
      readonly isDone: boolean;
    }
  | { readonly is: 'unknown' };

/** Ends what waits for an endpoint that is disabled or deleted, oldest first, in bounded steps. */
export type SettleRequest = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly at: Instant;
  readonly as:
    | { readonly is: 'dead'; readonly reason: DeadReason }
    | { readonly is: 'cancelled'; readonly reason: CancelReason };
  readonly limit: number;
};

/** Something that happened to a delivery of the asked shards, by position. */
export type TailItem =
  | { readonly kind: 'accepted'; readonly position: Position; readonly delivery: PendingDelivery }
  | {
      readonly kind: 'changed';
      readonly position: Position;
      readonly tenantId: TenantId;
      readonly endpointId: EndpointId;
      readonly deliveryId: DeliveryId;
      readonly to: 'retry' | 'cancel' | 'supersede' | 'report';
    };

/** The shards a node now holds, and the nodes that share them. */
export type LeaseAnswer = {
  readonly held: readonly HeldShard[];
  /** Every node with a live lease or a live request for one, this one included, sorted. */
  readonly nodes: readonly NodeId[];
};

/**
 * The queue: what was accepted and is owed. Every call may be repeated until it is answered; ids
 * are made before the first try. A call rejects only when the store cannot tell what happened
 * (`store_unavailable`), never for what one item deserves.
 */
export interface Queue {
  /**
   * Saves each event with its deliveries, guarded writes and idempotency row; judges each alone.
   */
  accept(events: readonly PlannedEvent[]): Promise<AcceptAnswer[]>;
  /** Saves attempts and moves their deliveries in one transaction; judges each alone. */
  record(records: readonly AttemptRecord[]): Promise<RecordAnswer[]>;
  /**
   * Reads the first due pending deliveries of one endpoint, by due time then position; of an order
   * key only its head. Writes nothing and keeps no cursor.
   */
  loadDue(query: DueQuery): Promise<PendingDelivery[]>;
  /**
   * Endpoints with a due head before `dueBefore`, in a fixed order of endpoints that `after`
   * resumes; cost grows with endpoints that have something pending, not with the backlog.
   */
  dueEndpoints(query: {
    shards: readonly Shard[];
    dueBefore: Instant;
    after: EndpointId | null;
    limit: number;
  }): Promise<DueEndpoint[]>;
  /** The events at these positions, payload included; a missing one is left out. */
  readEvents(query: { tenantId: TenantId; positions: readonly Position[] }): Promise<StoredEvent[]>;
  /**
   * Retries or cancels deliveries; judges each alone. A retry makes a delivery due at once, with a
   * new budget, and leaves it where it stands in the order of its key; a dead letter has left that
   * order, unless it holds the key, and what is held takes its place now. An attempt in flight
   * meanwhile still moves it. A report moves a pending delivery as it says.
   */
  change(changes: readonly (DeliveryChange | DeliveryReport)[]): Promise<ChangeAnswer[]>;
  /**
   * Erases the payload of an event, the bodies that its attempts kept, the targets of its
   * callbacks, and the notes and the content that it left beside guarded rows, so that no byte of
   * them stays where they stood. What is pending ends, what was in flight keeps no body, and
   * `readEvents` leaves the event out from now on. Guarded rows keep their values: these say how
   * things stand, whatever was told of them.
   */
  erase(request: EraseRequest): Promise<EraseAnswer>;
  /** Ends at most `limit` waiting deliveries; answers how many, and whether none are left. */
  settle(request: SettleRequest): Promise<{ count: number; isDone: boolean }>;
  /**
   * What happened after `after` in the given shards, in position order, and where to go on from.
   * With `after: null` it answers no items and the newest position: the place to begin at.
   */
  tail(query: {
    shards: readonly Shard[];
    after: Position | null;
    limit: number;
  }): Promise<{ items: TailItem[]; position: Position }>;
  /** Takes or renews shards on the store's own clock. A store for one node grants all, for life. */
  lease(request: { node: NodeId; shards: readonly Shard[]; leaseMs: number }): Promise<LeaseAnswer>;
  /** Gives shards away; the caller has nothing in flight or unrecorded in them. */
  release(request: { node: NodeId; shards: readonly HeldShard[] }): Promise<void>;
}
