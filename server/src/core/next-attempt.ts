import type { Outcome } from './attempt.ts';
import type { DeadReason, PendingDelivery } from './delivery.ts';
import type { DisableReason, Endpoint } from './endpoint.ts';
import { later } from './instant.ts';
import type { Instant } from './instant.ts';
import { retryDelay } from './retry-delay.ts';

/** The numbers of an endpoint that decide what follows an attempt. */
export type AttemptPolicy = Pick<
  Endpoint,
  'retry' | 'retryAfterMaxMs' | 'orderWaitMs' | 'maxAgeMs' | 'onDead'
>;

/** What an outcome means for the delivery, before any policy is asked. */
export type Verdict =
  | { readonly is: 'delivered' }
  /** It may succeed later. */
  | { readonly is: 'unsure'; readonly retryAfterMs: number | null }
  /** It must not be tried again. */
  | {
      readonly is: 'refused';
      readonly reason: DeadReason;
      readonly disables: DisableReason | null;
    }
  /** We ended it ourselves, so it says nothing about the endpoint. */
  | { readonly is: 'interrupted' };

/** What is to be done with a delivery after an attempt. */
export type Decision =
  | { readonly do: 'finish' }
  | {
      readonly do: 'retry';
      readonly dueAt: Instant;
      readonly budgetFrom: number;
      /** Null while the present budget has seen interrupted attempts only. */
      readonly failingSince: Instant | null;
    }
  | {
      readonly do: 'bury';
      readonly reason: DeadReason;
      /** Whether later deliveries of its order key wait until a person has dealt with it. */
      readonly holdsKey: boolean;
      readonly disables: DisableReason | null;
      readonly failingSince: Instant;
    };

/** Judges an outcome: 2xx alone is success, 410 and a forbidden address are final. */
export function judge(outcome: Outcome): Verdict {
  switch (outcome.kind) {
    case 'answered':
      return judgeStatus(outcome.status, outcome.retryAfterMs);
    case 'unanswered':
    case 'sender_crashed':
      return { is: 'unsure', retryAfterMs: null };
    case 'forbidden':
      return { is: 'refused', reason: 'address_forbidden', disables: null };
    case 'interrupted':
      return { is: 'interrupted' };
    default:
      return outcome satisfies never;
  }
}

/**
 * Decides what follows an attempt.
 *
 * A receiver's `Retry-After` wins when it asks for a longer wait, up to `retryAfterMaxMs`. The head
 * of an order key is tried once more when `orderWaitMs` ends, however long its wait would be, and
 * is given up when that fails. A retry that would fall due past `maxAgeMs` is not waited for. An
 * interrupted attempt is repeated at once and spends nothing.
 *
 * @param delivery  as it stood before this attempt.
 * @param now       when the attempt ended.
 * @param chance    a sample from [0, 1), for the jitter.
 */
export function nextAttempt(
  policy: AttemptPolicy,
  delivery: PendingDelivery,
  outcome: Outcome,
  now: Instant,
  chance: number,
): Decision {
  const { budgetFrom } = delivery;
  const verdict = judge(outcome);
  if (verdict.is === 'delivered') return { do: 'finish' };
  if (verdict.is === 'interrupted') {
    const { failingSince } = delivery;
    return { do: 'retry', dueAt: now, budgetFrom: budgetFrom + 1, failingSince };
  }
  const failingSince = delivery.failingSince ?? now;
  const holdsKey = delivery.orderKey !== null && policy.onDead === 'hold';
  const buried = { do: 'bury', holdsKey, disables: null, failingSince } as const;
  if (verdict.is === 'refused') {
    return { ...buried, reason: verdict.reason, disables: verdict.disables };
  }
  const dueAt = retryAt(policy, delivery, { now, chance, askedMs: verdict.retryAfterMs ?? 0 });
  if (dueAt === null) return { ...buried, reason: 'attempts_exhausted' };
  const waitEndsAt = orderWaitEnd(policy, delivery, failingSince);
  if (now >= waitEndsAt) return { ...buried, reason: 'order_wait_over' };
  const soonestAt = dueAt < waitEndsAt ? dueAt : waitEndsAt;
  if (isExpired(policy, delivery, soonestAt)) return { ...buried, reason: 'expired' };
  return { do: 'retry', dueAt: soonestAt, budgetFrom, failingSince };
}

/** Whether a delivery is too old to be tried at this instant. */
export function isExpired(
  policy: Pick<AttemptPolicy, 'maxAgeMs'>,
  delivery: Pick<PendingDelivery, 'firstDueAt'>,
  now: Instant,
): boolean {
  return now > later(delivery.firstDueAt, policy.maxAgeMs);
}

/**
 * What an outcome tells the breaker. Neutral: the endpoint works and refused this one body.
 * Unspent: the attempt was ours to end, as if it had not been made.
 */
export function breakerVerdict(outcome: Outcome): 'success' | 'failure' | 'neutral' | 'unspent' {
  switch (outcome.kind) {
    case 'answered':
      if (isSuccess(outcome.status)) return 'success';
      return refusesBody(outcome.status) ? 'neutral' : 'failure';
    case 'unanswered':
    case 'forbidden':
    case 'sender_crashed':
      return 'failure';
    case 'interrupted':
      return 'unspent';
    default:
      return outcome satisfies never;
  }
}

/** Whether an outcome asks for fewer attempts at once: a time-out, 429 or 503. */
export function isThrottled(outcome: Outcome): boolean {
  if (outcome.kind === 'answered') return outcome.status === 429 || outcome.status === 503;
  if (outcome.kind !== 'unanswered') return false;
  return outcome.error === 'timeout' || outcome.error === 'connect_timeout';
}

function judgeStatus(status: number, retryAfterMs: number | null): Verdict {
  if (isSuccess(status)) return { is: 'delivered' };
  if (status === 410) return { is: 'refused', reason: 'endpoint_gone', disables: 'gone' };
  return { is: 'unsure', retryAfterMs };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function refusesBody(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

function retryAt(
  policy: AttemptPolicy,
  delivery: PendingDelivery,
  from: { now: Instant; chance: number; askedMs: number },
): Instant | null {
  const attempt = delivery.attemptCount - delivery.budgetFrom + 1;
  const delayMs = retryDelay(policy.retry, attempt, from.chance);
  if (delayMs === null) return null;
  return later(from.now, Math.max(delayMs, Math.min(from.askedMs, policy.retryAfterMaxMs)));
}

/** When a failing delivery stops blocking its order key; infinitely late when it never must. */
function orderWaitEnd(
  policy: AttemptPolicy,
  delivery: PendingDelivery,
  failingSince: Instant,
): Instant {
  const isBounded = delivery.orderKey !== null && policy.orderWaitMs > 0;
  return later(failingSince, isBounded ? policy.orderWaitMs : Infinity);
}
