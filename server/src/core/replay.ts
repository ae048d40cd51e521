import type { DeliveryId, EndpointId, EventId, Position, ReplayId, TenantId } from './ids.ts';
import type { Instant } from './instant.ts';

/** What a replay looks for. */
export const replayChoices = ['dead', 'failed', 'missing', 'all'] as const;

/**
 * dead: dead letters. failed: those, and what waits after a failed attempt. missing: events that
 * match now and have no delivery for the endpoint. all: these but missing, and the delivered ones.
 */
export type ReplayChoice = (typeof replayChoices)[number];

/** Which deliveries are made again, and how. */
export type ReplayRequest = {
  readonly only: ReplayChoice;
  /** same: a new delivery of the same event. new: of a new event that the old one caused. */
  readonly as: 'same' | 'new';
  readonly endpointId: EndpointId | null;
  /** Patterns of event types; null for any. */
  readonly types: readonly string[] | null;
  /** Of events accepted at or after this. */
  readonly since: Instant | null;
  /** Of events accepted before this. */
  readonly until: Instant | null;
  readonly eventIds: readonly EventId[] | null;
  readonly deliveryIds: readonly DeliveryId[] | null;
  /** Deliveries made per second; null for as fast as the store's steps go. */
  readonly ratePerSecond: number | null;
  /** Only events of a chain that were held; not there unless the release of a chain asks. */
  readonly held?: HeldEvents;
};

/** The events of a chain with more hops than the one number, and no more than the other. */
export type HeldEvents = {
  readonly correlationId: string;
  readonly hopsOver: number;
  readonly hopsUpTo: number;
};

/** Only `running` and `paused` can go on; the others are ends. */
export type ReplayState = 'running' | 'paused' | 'completed' | 'cancelled' | 'failed';

/** What a replay has done so far. */
export type ReplayProgress = {
  /** Deliveries (for `missing`: events) looked at, whether asked for or not. */
  readonly examinedCount: number;
  /** Deliveries made, and held ones let go. */
  readonly madeCount: number;
  /** Asked for, and left out on purpose: see `ReplaySkip`. */
  readonly skippedCount: number;
  /** Asked for, but what they need was gone. */
  readonly failedCount: number;
};

/** A replay as a job: what it was asked, how far it is, how it ended. */
export type ReplayJob = {
  readonly id: ReplayId;
  readonly tenantId: TenantId;
  /** When it was made, in commit order. */
  readonly position: Position;
  /** One higher with each step and each change. */
  readonly version: number;
  readonly state: ReplayState;
  readonly request: ReplayRequest;
  /** Everything up to here has been looked at. */
  readonly cursor: Position;
  /** Nothing beyond this is looked at: what came after the request is not meant by it. */
  readonly upperPosition: Position;
  readonly progress: ReplayProgress;
  readonly createdAt: Instant;
  /** When its first step was made. */
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Why it failed. */
  readonly error: string | null;
};

/** A job that nothing was done of. */
export const noProgress: ReplayProgress = {
  examinedCount: 0,
  madeCount: 0,
  skippedCount: 0,
  failedCount: 0,
};
