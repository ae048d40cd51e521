import type { Outcome } from '../../server/src/core/attempt.ts';
import type { SendOrder } from '../../server/src/destinations/destination.ts';

/** Whether a receiver said of an attempt no more than that it has it, and may report later. */
export function isAccepted(ended: {
  readonly order: Pick<SendOrder, 'ackToken'>;
  readonly outcome: Outcome;
}): boolean {
  const { order, outcome } = ended;
  return order.ackToken !== undefined && outcome.kind === 'answered' && outcome.status === 202;
}
