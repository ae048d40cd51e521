import type { Outcome } from '../../server/src/core/attempt.ts';
import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** What is recorded is what was seen: delivered means that the receiver said so. */
export function trueLog(): Law {
  const arrivedWell = new Set<DeliveryId>();
  const outcomes = new Map<AttemptId, Outcome>();
  return lawOf('the log tells what happened', {
    arrived(fact) {
      if (fact.status !== null && isSuccess(fact.status)) arrivedWell.add(fact.deliveryId);
      return null;
    },
    ended(fact) {
      outcomes.set(fact.order.attemptId, fact.outcome);
      return null;
    },
    record_committed(fact) {
      const { attempt, next, deliveryId } = fact.record;
      if (attempt === null) return null;
      const seen = outcomes.get(attempt.id);
      if (seen === undefined) return `${attempt.id} is recorded but has not ended`;
      const isWell = seen.kind === 'answered' && isSuccess(seen.status);
      const saysWell = next.is === 'delivered' && attempt.status === 'succeeded';
      return isWell === saysWell ? null : `${deliveryId} is ${next.is} by ${seen.kind}`;
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
