import type { DeadReason } from '../delivery.ts';
import type { AttemptId, DeliveryId, EndpointId, EventId, Position, TenantId } from '../ids.ts';
import type { Instant } from '../instant.ts';

/** A failed attempt that counts: not ours to end, and not of an alert. */
export type FailedAttempt = {
  readonly position: Position;
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly attemptId: AttemptId;
  readonly at: Instant;
};

/** A delivery that became a dead letter, other than an alert's; what it is by now may differ. */
export type Death = {
  readonly position: Position;
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  readonly deliveryId: DeliveryId;
  readonly eventId: EventId;
  readonly eventType: string;
  readonly attemptCount: number;
  readonly reason: DeadReason;
  readonly at: Instant;
};

/** The time in which an endpoint counts as failing. */
export type Episode = {
  /** The failure that began it: it names the episode. */
  readonly position: Position;
  readonly firstFailureAt: Instant;
  readonly failedCount: number;
  readonly last: Pick<FailedAttempt, 'position' | 'attemptId' | 'at'>;
  /** Whether its beginning was raised; one that was found too late was not. */
  readonly isTold: boolean;
};

/** Dead letters of one endpoint that are told together. */
export type DeathRun = {
  /** The first one's, which names the run. */
  readonly position: Position;
  readonly since: Instant;
  readonly toldCount: number;
  /** Those over the number that is told one by one. */
  readonly moreCount: number;
  readonly reasons: Readonly<Partial<Record<DeadReason, number>>>;
  readonly lastAt: Instant;
};

/** What alerts must know of one endpoint from one round to the next. */
export type AlertState = {
  readonly tenantId: TenantId;
  readonly endpointId: EndpointId;
  /** When attempts failed within the last window, oldest first; empty while an episode lasts. */
  readonly failedAt: readonly Instant[];
  readonly episode: Episode | null;
  readonly deaths: DeathRun | null;
};

/** The state of an endpoint of which nothing is known. */
export function calmState(of: Pick<AlertState, 'tenantId' | 'endpointId'>): AlertState {
  const { tenantId, endpointId } = of;
  return { tenantId, endpointId, failedAt: [], episode: null, deaths: null };
}

/** Whether nothing in it is worth keeping. */
export function isCalm({ failedAt, episode, deaths }: AlertState): boolean {
  return failedAt.length === 0 && episode === null && deaths === null;
}
