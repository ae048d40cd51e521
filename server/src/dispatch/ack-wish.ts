import { awaitsAck } from '../core/ack/awaits-ack.ts';
import type { Outcome } from '../core/attempt.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { retryDelay } from '../core/retry-delay.ts';
import type { RetryPolicy } from '../core/retry-policy.ts';
import type { AckWish } from '../core/subscription.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { NextState } from '../store/queue.ts';

const accepted = 202;

/** The subscription's wish that its receiver reports later; null when any 2xx is the end. */
export function ackWishOf(
  mirror: Pick<CatalogueMirror, 'get'>,
  { subscriptionId }: PendingDelivery,
): AckWish | null {
  if (subscriptionId === null) return null;
  return mirror.get('subscription', null, subscriptionId)?.value.ack ?? null;
}

/** The state of a delivery that its receiver has accepted; null when the answer says otherwise. */
export function acceptedState(
  wish: AckWish | null,
  { delivery, outcome, at }: { delivery: PendingDelivery; outcome: Outcome; at: Instant },
): NextState | null {
  if (wish === null || outcome.kind !== 'answered' || outcome.status !== accepted) return null;
  const { budgetFrom } = delivery;
  return { is: 'pending', dueAt: later(at, wish.withinMs), budgetFrom };
}

/** Whether nothing was reported of the last attempt that a delivery may have. */
export function isAckOverdue(retry: RetryPolicy, delivery: PendingDelivery): boolean {
  if (!awaitsAck(delivery)) return false;
  const { attemptCount, budgetFrom } = delivery;
  return retryDelay(retry, attemptCount - budgetFrom, 0) === null;
}
