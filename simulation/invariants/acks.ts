import type { DeliveryId, NodeId } from '../../server/src/core/ids.ts';
import { spreadMs } from './endpoint-changes.ts';
import { isJustAccepted } from './ends.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** What its receiver said is done is not tried again: here from the answer, elsewhere soon. */
export function acks(): Law {
  const done = new Map<DeliveryId, { life: NodeId; atMs: number }[]>();
  return lawOf('no attempt begins at what its receiver said is done', {
    report_answered({ deliveryId, report, answer, life, atMs }) {
      if (report.do !== 'ack' || answer !== 'taken') return null;
      done.set(deliveryId, [...(done.get(deliveryId) ?? []), { life, atMs }]);
      return null;
    },
    started(fact) {
      const known = (done.get(fact.order.deliveryId) ?? []).find(({ life, atMs }) => {
        const isHere = life === fact.life && !isJustAccepted(fact);
        return isHere || fact.atMs - atMs > spreadMs;
      });
      if (known === undefined) return null;
      return `${fact.order.deliveryId} was done ${fact.atMs - known.atMs} ms ago`;
    },
  });
}
