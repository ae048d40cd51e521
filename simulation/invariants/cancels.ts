import type { DeliveryId, NodeId } from '../../server/src/core/ids.ts';
import { spreadMs } from './endpoint-changes.ts';
import { isJustAccepted } from './ends.ts';
import type { Law } from './law.ts';

/** What was cancelled is not attempted any more: here from the answer on, elsewhere soon. */
export function cancels(): Law {
  const cancelled = new Map<DeliveryId, { life: NodeId; atMs: number }>();
  return {
    says: 'no attempt begins at what was cancelled',
    see(fact) {
      if (fact.is === 'change_answered' && fact.to === 'cancel') {
        cancelled.set(fact.deliveryId, { life: fact.life, atMs: fact.atMs });
      }
      if (fact.is !== 'started') return null;
      const cancel = cancelled.get(fact.order.deliveryId);
      if (cancel === undefined) return null;
      const agoMs = fact.atMs - cancel.atMs;
      const isKnown = agoMs > spreadMs || (cancel.life === fact.life && !isJustAccepted(fact));
      return isKnown ? `${fact.order.deliveryId} was cancelled ${agoMs} ms ago` : null;
    },
  };
}
