import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** A report counts where its delivery waits, and then nothing of its own attempt undoes it. */
export function reportsMove(): Law {
  const recorded = new Set<AttemptId>();
  const reported = new Map<DeliveryId, Set<number>>();
  return lawOf('a report moves nothing that has ended, and is not undone', {
    change_committed({ change, answer }, ledger) {
      // Whoever retries it has what is in flight move it again.
      if (change.to === 'retry') reported.delete(change.deliveryId);
      if (change.to !== 'report' || answer.is !== 'changed') return null;
      const numbers = reported.get(change.deliveryId) ?? new Set();
      reported.set(change.deliveryId, numbers.add(change.report.number));
      const is = ledger.owed.get(change.deliveryId)?.state;
      return is === 'pending' ? null : `${change.deliveryId} was ${is}`;
    },
    record_committed({ record: { attempt, deliveryId }, answer }) {
      // A record that is repeated is answered as before.
      if (attempt === null || recorded.has(attempt.id)) return null;
      recorded.add(attempt.id);
      const isUndone = answer.is === 'moved' && reported.get(deliveryId)?.has(attempt.number);
      return isUndone ? `#${attempt.number} of ${deliveryId} undoes what was said of it` : null;
    },
  });
}
