import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import { beginsAtMs } from '../node-time.ts';
import type { FactOf } from '../fact.ts';
import type { Law } from './law.ts';

/** How far the clock that accepted an event may differ from the true time. */
const skewMs = 1_000;

/** What a record has ended is not attempted again, unless a person asks for it. */
export function ends(): Law {
  const ended = new Set<DeliveryId>();
  const recorded = new Set<AttemptId>();
  return {
    says: 'what has ended is not attempted again',
    see(fact, ledger) {
      if (fact.is === 'change_committed' && fact.change.to === 'retry') {
        ended.delete(fact.change.deliveryId);
      }
      if (fact.is === 'record_committed' && fact.answer.is === 'moved') {
        const { next, deliveryId, attempt } = fact.record;
        const isRepeat = attempt !== null && recorded.has(attempt.id);
        if (attempt !== null) recorded.add(attempt.id);
        if (next.is !== 'pending' && !isRepeat) ended.add(deliveryId);
      }
      if (fact.is !== 'started' || !ended.has(fact.order.deliveryId)) return null;
      const isInOrder = ledger.owed.get(fact.order.deliveryId)?.isInOrder === true;
      return !isInOrder && isJustAccepted(fact)
        ? null
        : `${fact.order.attemptId} goes for ${fact.order.deliveryId} again`;
    },
  };
}

/**
 * Whether this may be due to the answer of its accept, which may be slower than a load, an attempt
 * and a record together.
 */
export function isJustAccepted({ order, atMs }: FactOf<'started'>): boolean {
  const ageMs = atMs + beginsAtMs - order.event.acceptedAt;
  return order.number === 1 && ageMs < limits.dueScanMs + skewMs;
}
