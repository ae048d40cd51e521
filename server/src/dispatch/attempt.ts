import { attemptError } from '../core/attempt-error.ts';
import type { Attempt } from '../core/attempt.ts';
import type { Chance, Clock, Timers } from '../core/clock.ts';
import { withCallback } from '../core/callback.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import type { StoredEvent } from '../core/event.ts';
import type { BreakerState } from '../core/endpoint-health.ts';
import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { breakerVerdict, isExpired, isThrottled, nextAttempt } from '../core/next-attempt.ts';
import type { Decision } from '../core/next-attempt.ts';
import { unspent } from '../core/lane/concurrency.ts';
import type { Lanes } from '../core/lane/lanes.ts';
import type { IdMaker } from '../core/make-id.ts';
import type { HeldShard } from '../core/shard.ts';
import { shouldAutoDisable } from '../core/should-auto-disable.ts';
import type { Emit } from '../core/signal.ts';
import type { Destination, SendOrder, SendResult } from '../destinations/destination.ts';
import type { CatalogueMirror, Stored } from '../store/catalogue-mirror.ts';
import type { AttemptRecord, NextState, Queue } from '../store/queue.ts';
import { acceptedState, ackWishOf, isAckOverdue } from './ack-wish.ts';
import type { AckTokens } from '../core/ack/ack-tokens.ts';
import type { ClaimEvent } from './claim-event.ts';
import { concludeRecord } from './conclude-record.ts';
import type { InFlight } from './in-flight.ts';
import type { MergeEvent } from './merge-event.ts';
import type { Owner } from './owner.ts';
import type { PayloadCache } from './payload-cache.ts';
import type { Pressure } from './pressure.ts';

/** All that attempts need; filled by the dispatcher. */
export type AttemptDeps = {
  readonly queue: Pick<Queue, 'record'>;
  readonly mirror: CatalogueMirror;
  readonly owner: Owner;
  readonly lanes: Lanes;
  readonly payloads: PayloadCache;
  readonly mergeEvent: MergeEvent;
  readonly claimEvent: ClaimEvent;
  /** Makes what receivers report with; without it no 202 is anything but the end. */
  readonly ackTokens?: AckTokens;
  readonly destination: Destination;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly ids: IdMaker;
  readonly emit: Emit;
  readonly inFlight: InFlight;
  readonly pressure: Pressure;
  /** Whether what others changed is known up to a moment ago. */
  readonly isInformed: () => boolean;
  /** Looks again at what the lanes may send. */
  readonly wake: () => void;
  /** Whether unanswered records need not be repeated any more. */
  readonly isGivingUp: () => boolean;
};

/** A delivery on its way, with the lease it started under. */
export type Held = { readonly delivery: PendingDelivery; readonly shard: HeldShard };

/**
 * Makes one attempt at a delivery that the lanes gave out, and records what came of it. A delivery
 * that may not go after all is given back without an attempt; the due scan finds it again.
 */
export async function attemptDelivery(deps: AttemptDeps, held: Held): Promise<void> {
  const found = deps.payloads.take(held.delivery.tenantId, held.delivery.eventPosition);
  const event = found instanceof Promise ? await found : found;
  const { merged } = held.delivery;
  const isMerged = event !== null && merged !== undefined && merged.from < merged.to;
  const told = isMerged ? await deps.mergeEvent(event, merged) : event;
  const endpoint = sendableEndpoint(deps, held);
  if (endpoint === null) return giveBack(deps, held.delivery);

  const startedAt = deps.clock.now();
  if (event === null) return endUnsent(deps, held, dead('event_missing'), startedAt);
  if (isExpired(endpoint.value, held.delivery, startedAt)) {
    return endUnsent(deps, held, dead('expired'), startedAt);
  }
  if (told === null) return endUnsent(deps, held, noChange, startedAt);
  if (isAckOverdue(endpoint.value.retry, held.delivery)) {
    return endUnsent(deps, held, dead('attempts_exhausted'), startedAt);
  }
  const sent = deps.claimEvent(held.delivery, told);
  return send(deps, held, endpoint, { event: sent, hasOwnData: sent !== event, startedAt });
}

const noChange: NextState = { is: 'cancelled', reason: 'no_change' };

function dead(reason: 'expired' | 'event_missing' | 'attempts_exhausted'): NextState {
  return { is: 'dead', reason, holdsKey: false };
}

function sendableEndpoint(deps: AttemptDeps, held: Held): Stored<'endpoint'> | null {
  const { id, endpointId } = held.delivery;
  if (!deps.isInformed() || deps.inFlight.isWithdrawn(id)) return null;
  const endpoint = deps.mirror.get('endpoint', null, endpointId);
  if (endpoint === null || endpoint.value.status.is !== 'active') return null;
  if (deps.owner.leaseOf(endpointId)?.epoch !== held.shard.epoch) return null;
  return asUsedBy(deps, held.delivery, endpoint);
}

/** A callback's delivery uses the hidden endpoint of its origin in its own way. */
function asUsedBy(
  { mirror }: AttemptDeps,
  { tenantId, callback }: PendingDelivery,
  endpoint: Stored<'endpoint'>,
): Stored<'endpoint'> {
  if (callback === undefined) return endpoint;
  const secret = mirror.get('tenant', null, tenantId)?.value.callbackSecret;
  const value = withCallback(endpoint.value, callback, secret === undefined ? [] : [secret]);
  return { ...endpoint, value };
}

function giveBack(deps: AttemptDeps, delivery: PendingDelivery): void {
  const now = deps.clock.now();
  deps.lanes.ended(delivery, unspent, now);
  deps.lanes.unrecorded(delivery.id, now);
  deps.wake();
}

async function endUnsent(
  deps: AttemptDeps,
  held: Held,
  next: NextState,
  at: Instant,
): Promise<void> {
  deps.lanes.ended(held.delivery, unspent, at);
  deps.wake();
  await concludeRecord(deps, held, {
    ...recordBase(held, at),
    attempt: null,
    failingSince: held.delivery.failingSince,
    next,
    health: null,
    disables: null,
  });
}

/** What is sent, and whether its data was made for this delivery alone. */
type Sending = {
  readonly event: StoredEvent;
  readonly hasOwnData: boolean;
  readonly startedAt: Instant;
};

async function send(
  deps: AttemptDeps,
  held: Held,
  endpoint: Stored<'endpoint'>,
  { event, hasOwnData, startedAt }: Sending,
): Promise<void> {
  const { delivery } = held;
  const attemptId = deps.ids.make('attempt');
  deps.inFlight.sending(delivery.id, attemptId);
  const order: SendOrder = {
    attemptId,
    deliveryId: delivery.id,
    event,
    endpoint: endpoint.value,
    endpointVersion: endpoint.version,
    isOneOff: delivery.callback !== undefined,
    number: delivery.attemptCount + 1,
    isReplay: delivery.isReplay,
    dueAt: delivery.dueAt,
    startedAt,
  };
  const wish = deps.ackTokens === undefined ? null : ackWishOf(deps.mirror, delivery);
  const whole = standing(order, delivery, hasOwnData);
  const result = await deps.destination.send(wish === null ? whole : reportable(deps, whole));
  const attempt = attemptRow({ delivery, event, attemptId, startedAt }, result);
  const record = decide(deps, held, endpoint, attempt, result);
  const { outcome } = result;
  const accepted = wish && acceptedState(wish, { delivery, outcome, at: record.at });
  await concludeRecord(deps, held, accepted === null ? record : { ...record, next: accepted });
}

/** The order of a delivery whose receiver may report later says with what. */
function reportable({ ackTokens }: AttemptDeps, order: SendOrder): SendOrder {
  const { deliveryId, number, startedAt, event } = order;
  const ackToken = ackTokens?.make({ tenantId: event.tenantId, deliveryId, number, startedAt });
  return ackToken === undefined ? order : { ...order, ackToken };
}

/** The order of a delivery that stands for others says so. */
function standing(
  order: SendOrder,
  { supersededCount }: PendingDelivery,
  hasOwnData: boolean,
): SendOrder {
  if (!hasOwnData && supersededCount === undefined) return order;
  return {
    ...order,
    ...(hasOwnData ? { hasOwnData } : {}),
    ...(supersededCount === undefined ? {} : { supersededCount }),
  };
}

function decide(
  deps: AttemptDeps,
  held: Held,
  endpoint: Stored<'endpoint'>,
  attempt: Attempt,
  result: SendResult,
): AttemptRecord {
  const delivery = presentDelivery(deps, held);
  const { outcome } = result;
  const at = deps.clock.now();
  const decision = nextAttempt(endpoint.value, delivery, outcome, at, deps.chance.sample());
  const { tenantId, endpointId } = delivery;
  const circuitBefore = circuitOf(deps, delivery);
  const ownDelayMs = Math.max(0, at - attempt.startedAt - result.latencyMs);
  deps.pressure.ended(ownDelayMs);
  const ending = {
    verdict: breakerVerdict(outcome),
    isThrottled: isThrottled(outcome),
    ownDelayMs,
  };
  const health = deps.lanes.ended(delivery, ending, at);
  const circuit = circuitOf(deps, delivery);
  const { latencyMs } = result;
  deps.emit({ signal: 'attempt_ended', tenantId, endpointId, outcome, latencyMs });
  if (circuit !== circuitBefore) {
    deps.emit({ signal: 'breaker_changed', tenantId, endpointId, is: circuit });
  }
  deps.wake();
  return {
    ...recordBase(held, at),
    attempt,
    failingSince: decision.do === 'finish' ? null : decision.failingSince,
    next: nextState(decision),
    health,
    disables: disablesOf(delivery, { decision, health, at }),
  };
}

/** Nobody sees a callback's hidden endpoint, so nobody could enable it again. */
function disablesOf(
  { callback }: PendingDelivery,
  { decision, health, at }: { decision: Decision; health: AttemptRecord['health']; at: Instant },
): AttemptRecord['disables'] {
  if (callback !== undefined) return null;
  const isFailing = health !== null && shouldAutoDisable(health, at);
  return (decision.do === 'bury' ? decision.disables : null) ?? (isFailing ? 'failing' : null);
}

function circuitOf({ lanes }: AttemptDeps, { endpointId }: PendingDelivery): BreakerState['is'] {
  return lanes.health(endpointId)?.breaker.is ?? 'closed';
}

/** A delivery that a person has retried meanwhile has a new budget. */
function presentDelivery({ inFlight }: AttemptDeps, { delivery }: Held): PendingDelivery {
  if (!inFlight.isRenewed(delivery.id, delivery.attemptCount)) return delivery;
  return { ...delivery, budgetFrom: delivery.attemptCount, failingSince: null };
}

function nextState(decision: Decision): NextState {
  switch (decision.do) {
    case 'finish':
      return { is: 'delivered' };
    case 'retry':
      return { is: 'pending', dueAt: later(decision.dueAt, 0), budgetFrom: decision.budgetFrom };
    case 'bury':
      return { is: 'dead', reason: decision.reason, holdsKey: decision.holdsKey };
    default:
      return decision satisfies never;
  }
}

function recordBase({ delivery, shard }: Held, at: Instant) {
  return {
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    deliveryPosition: delivery.position,
    endpointId: delivery.endpointId,
    held: shard,
    attemptCount: delivery.attemptCount,
    at,
  };
}

type Sent = {
  readonly delivery: PendingDelivery;
  readonly event: StoredEvent;
  readonly attemptId: Attempt['id'];
  readonly startedAt: Instant;
};

/** An attempt as the log keeps it. */
export function attemptRow(
  { delivery, event, attemptId, startedAt }: Sent,
  result: SendResult,
): Attempt {
  const { outcome } = result;
  const statusCode = outcome.kind === 'answered' ? outcome.status : null;
  const error = attemptError(outcome);
  return {
    id: attemptId,
    tenantId: delivery.tenantId,
    deliveryId: delivery.id,
    eventId: delivery.eventId,
    eventType: event.type,
    endpointId: delivery.endpointId,
    number: delivery.attemptCount + 1,
    startedAt,
    latencyMs: result.latencyMs,
    status: error === null ? 'succeeded' : 'failed',
    statusCode,
    error,
    detail: result.detail,
    answerBody: result.answerBody,
  };
}
