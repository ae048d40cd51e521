import type { Delivery } from './delivery.ts';
import type { Instant } from './instant.ts';

/** A delivery as a person's retry or cancel leaves it, from one that allows that. */
export function changedDelivery(
  delivery: Delivery,
  { to, at }: { to: 'retry' | 'cancel'; at: Instant },
): Delivery {
  if (to === 'cancel') return { ...delivery, state: { is: 'cancelled', at, reason: 'asked' } };
  return {
    ...delivery,
    firstDueAt: at,
    budgetFrom: delivery.attemptCount,
    failingSince: null,
    state: { is: 'pending', dueAt: at },
  };
}
