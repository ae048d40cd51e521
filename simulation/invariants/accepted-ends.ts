import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import { isAccepted } from './is-accepted.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** Who answers 202 has said no more than that: only its ack, or a plain 2xx later, delivers. */
export function acceptedEnds(): Law {
  const accepted = new Set<AttemptId>();
  const isSaid = new Set<DeliveryId>();
  return lawOf('what was accepted is delivered by its receiver alone', {
    ended(fact) {
      const { order, outcome } = fact;
      if (isAccepted(fact)) accepted.add(order.attemptId);
      else if (outcome.kind === 'answered' && Math.floor(outcome.status / 100) === 2) {
        isSaid.add(order.deliveryId);
      }
      return null;
    },
    reporting({ deliveryId, report }) {
      if (report.do === 'ack') isSaid.add(deliveryId);
      return null;
    },
    change_committed({ change, answer }) {
      if (change.to !== 'report' || answer.is !== 'changed') return null;
      const isWrong = change.next.is === 'delivered' && !isSaid.has(change.deliveryId);
      return isWrong ? `nobody said that ${change.deliveryId} is done` : null;
    },
    record_committed({ record: { next, attempt, deliveryId } }) {
      const isWrong = next.is === 'delivered' && attempt !== null && accepted.has(attempt.id);
      return isWrong ? `${deliveryId} is delivered by a 202` : null;
    },
    quiet({ deliveries }) {
      const wrong = deliveries.find(({ id, state }) => state.is === 'delivered' && !isSaid.has(id));
      return wrong === undefined ? null : `nobody said that ${wrong.id} is done`;
    },
  });
}
