import type { DeliveryState } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import type {
  DeliveryId,
  EndpointId,
  EventId,
  NodeId,
  Position,
  ReplayId,
  SubscriptionId,
  TenantId,
} from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { ReplayJob, ReplayRequest, ReplayState } from '../core/replay.ts';
import type { IdempotencyRow } from './idempotency.ts';
import type { Page, PageOf } from './page.ts';

/** A job to be made; it begins running. */
export type NewReplay = Pick<
  ReplayJob,
  'id' | 'tenantId' | 'request' | 'upperPosition' | 'createdAt'
> & { readonly idempotency: IdempotencyRow | null };

/** What became of a new job. */
export type MakeReplayAnswer =
  | { readonly is: 'made'; readonly job: ReplayJob }
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | { readonly is: 'idempotency_conflict' }
  /** The tenant has `limits.replaysUnended` jobs that run or are paused. */
  | { readonly is: 'too_many' };

/** Which part of the log is looked through, oldest first. */
export type ReplaySearch = {
  readonly tenantId: TenantId;
  readonly request: ReplayRequest;
  readonly after: Position;
  readonly upTo: Position;
  /** The most found; a page may be shorter and not the last. */
  readonly limit: number;
};

/** A delivery that may be asked for. */
export type ReplayCandidate = {
  readonly id: DeliveryId;
  readonly position: Position;
  readonly eventId: EventId;
  readonly eventPosition: Position;
  readonly endpointId: EndpointId;
  readonly subscriptionId: SubscriptionId | null;
  readonly state: DeliveryState['is'];
  readonly attemptCount: number;
  readonly isReplay: boolean;
};

/** An event, and who has a delivery of it already. */
export type MissingCandidate = {
  readonly event: StoredEvent;
  /** How many events the search had looked at with this one. */
  readonly seenCount: number;
  readonly endpointIds: readonly EndpointId[];
  /** Whether a replay made the event, for one endpoint alone. */
  readonly isReplays: boolean;
  /** Those of its deliveries that are held with it. */
  readonly held: readonly HeldDelivery[];
};

/** A delivery that waits for the release of its event's chain. */
export type HeldDelivery = { readonly position: Position; readonly endpointId: EndpointId };

/** A piece of the log, bounded in what it looks at. */
export type Searched<Found> = {
  readonly found: readonly Found[];
  readonly examinedCount: number;
  /** Everything up to here was looked at. */
  readonly position: Position;
  /** Whether nothing is left up to `upTo`. */
  readonly isDone: boolean;
};

/** A delivery that a step makes. */
export type ReplayMake = {
  readonly deliveryId: DeliveryId;
  readonly endpointId: EndpointId;
  readonly subscriptionId: SubscriptionId | null;
  /** The event that is delivered, or that causes the new one. */
  readonly eventPosition: Position;
  /** The delivery that is made again, whose callback goes along; null for a missing one. */
  readonly ofPosition: Position | null;
  /** The id of the new event; null to deliver the old one. */
  readonly newEventId: EventId | null;
};

/** A batch of a job, written together with the job's own cursor. */
export type ReplayStep = {
  readonly tenantId: TenantId;
  readonly replayId: ReplayId;
  readonly node: NodeId;
  /** How long its claim lasts from now on. */
  readonly claimMs: number;
  /** The version that the step was made from. */
  readonly expects: number;
  readonly at: Instant;
  readonly position: Position;
  readonly makes: readonly ReplayMake[];
  /** The deliveries, by position, that were held and go now; nothing new is made for them. */
  readonly releases: readonly Position[];
  readonly examinedCount: number;
  readonly skippedCount: number;
  /** Whether the job ends with this step. */
  readonly ends: { readonly is: 'completed' } | { readonly is: 'failed'; error: string } | null;
};

/** What became of a step. */
export type ReplayStepAnswer =
  | {
      readonly is: 'stepped';
      readonly job: ReplayJob;
      /** The endpoints that now have something due. */
      readonly endpointIds: readonly EndpointId[];
    }
  /** The job was changed or claimed by another node since: nothing was written. */
  | { readonly is: 'overtaken' }
  | { readonly is: 'refused'; readonly because: 'disk_full' | 'unstorable' };

/** What becomes of a job on somebody's word. */
export type ReplayChange = {
  readonly tenantId: TenantId;
  readonly replayId: ReplayId;
  readonly to: 'running' | 'paused' | 'cancelled';
  readonly at: Instant;
  readonly idempotency: IdempotencyRow | null;
};

export type ReplayChangeAnswer =
  /** Also when it was so before. */
  | { readonly is: 'changed'; readonly job: ReplayJob }
  | { readonly is: 'repeated'; readonly row: IdempotencyRow }
  | { readonly is: 'idempotency_conflict' }
  /** It has ended. */
  | { readonly is: 'refused'; readonly state: ReplayState }
  | { readonly is: 'unknown' };

/** Replays as jobs: made once, stepped by the one node that has claimed them. */
export interface Replays {
  make(replay: NewReplay): Promise<MakeReplayAnswer>;
  get(query: { tenantId: TenantId | null; id: ReplayId }): Promise<ReplayJob | null>;
  /** Newest first. */
  list(
    filter: { readonly tenantId: TenantId | null; readonly state?: ReplayState },
    page: Page,
  ): Promise<PageOf<ReplayJob>>;
  change(change: ReplayChange): Promise<ReplayChangeAnswer>;
  /** Deliveries in position order, in the states that `only` names. */
  search(search: ReplaySearch): Promise<Searched<ReplayCandidate>>;
  /** Events in position order; bounded in bytes too. */
  searchMissing(search: ReplaySearch): Promise<Searched<MissingCandidate>>;
  /**
   * Claims running jobs for a node and answers all that it then holds, oldest first. A claim lasts
   * `claimMs` on the store's clock and as long as the node steps; at the start of a store for one
   * node those of the node before are void.
   */
  claim(request: {
    readonly node: NodeId;
    readonly claimMs: number;
    readonly limit: number;
  }): Promise<readonly ReplayJob[]>;
  /**
   * Makes the deliveries of a step, due at once and outside any order, and moves the job's cursor
   * and counts, all in one transaction. Of what it makes, a delivery whose event is gone counts as
   * failed, and a missing one that is there by now as skipped. A delivery that it releases falls
   * due as by a retry and counts as made; one that is held no more counts as skipped.
   */
  step(step: ReplayStep): Promise<ReplayStepAnswer>;
}
