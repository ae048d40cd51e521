import type { Outcome } from '../../server/src/core/attempt.ts';
import type { SendOrder } from '../../server/src/destinations/destination.ts';
import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import { isAccepted } from './is-accepted.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** What is recorded is what was seen: delivered means that the receiver said so. */
export function trueLog(): Law {
  const arrivedWell = new Set<DeliveryId>();
  const outcomes = new Map<AttemptId, { order: SendOrder; outcome: Outcome }>();
  return lawOf('the log tells what happened', {
    arrived(fact) {
      if (fact.status !== null && isSuccess(fact.status)) arrivedWell.add(fact.deliveryId);
      return null;
    },
    ended(fact) {
      outcomes.set(fact.order.attemptId, fact);
      return null;
    },
    record_committed(fact) {
      const { attempt, next, deliveryId } = fact.record;
      if (attempt === null) return null;
      const seen = outcomes.get(attempt.id);
      if (seen === undefined) return `${attempt.id} is recorded but has not ended`;
      const { outcome } = seen;
      const isWell = outcome.kind === 'answered' && isSuccess(outcome.status);
      const goesOn = isAccepted(seen) ? 'pending' : 'delivered';
      const saysWell = next.is === goesOn && attempt.status === 'succeeded';
      return isWell === saysWell ? null : `${deliveryId} is ${next.is} by ${outcome.kind}`;
    },
    quiet(fact, ledger) {
      for (const { id, state } of fact.deliveries) {
        const kept = ledger.owed.get(id)?.state;
        if (kept !== state.is) return `${id} is ${state.is}; by its commits ${kept}`;
        if (state.is === 'pending') return `${id} still waits`;
        if (state.is === 'delivered' && !arrivedWell.has(id)) return `${id} never arrived`;
      }
      return null;
    },
  });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
