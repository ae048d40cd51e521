import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import type { Law } from './law.ts';

/**
 * The attempts that move a delivery are numbered 1, 2, 3 … and each counts once, as does what is
 * recorded when the delivery is over.
 */
export function attemptNumbers(): Law {
  const seen = new Set<AttemptId>();
  const last = new Map<DeliveryId, number>();
  return {
    says: 'attempt numbers rise by one',
    see(fact) {
      if (fact.is === 'quiet') {
        const wrong = fact.deliveries.find(
          (each) => each.attemptCount !== (last.get(each.id) ?? 0),
        );
        return wrong === undefined ? null : `${wrong.id} counts ${wrong.attemptCount} attempts`;
      }
      if (fact.is !== 'record_committed' || fact.answer.is === 'lease_lost') return null;
      const { attempt, attemptCount, deliveryId } = fact.record;
      if (attempt === null || seen.has(attempt.id)) return null;
      seen.add(attempt.id);
      const before = last.get(deliveryId) ?? 0;
      const isPending = fact.answer.is === 'kept' && fact.answer.state.is === 'pending';
      if (!isPending) last.set(deliveryId, before + 1);
      if (fact.answer.is === 'kept') return null;
      const isNext = attempt.number === before + 1 && attemptCount === before;
      return isNext ? null : `${deliveryId} was moved by #${attempt.number} after #${before}`;
    },
  };
}
