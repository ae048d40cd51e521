import type { Delivery } from '../delivery.ts';

type Standing = Pick<Delivery, 'attemptCount' | 'budgetFrom' | 'failingSince'>;

/**
 * Whether a pending delivery was accepted by its receiver, who is to report that it is done. No
 * other pending delivery has spent attempts of its budget of which none has failed: the answer that
 * accepts it ends the failing, and one that we ended ourselves spends nothing.
 */
export function awaitsAck({ attemptCount, budgetFrom, failingSince }: Standing): boolean {
  return failingSince === null && attemptCount > budgetFrom;
}
