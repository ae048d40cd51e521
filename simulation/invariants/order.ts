import type { AttemptId, NodeId } from '../../server/src/core/ids.ts';
import type { Ledger, Owed } from '../ledger.ts';
import type { Law } from './law.ts';

/** Of one order key an owner has one in flight, and none goes while an earlier one waits. */
export function order(): Law {
  const inFlight = new Map<AttemptId, { life: NodeId; owed: Owed }>();
  return {
    says: 'order holds per key',
    see(fact, ledger) {
      if (fact.is === 'ended') inFlight.delete(fact.order.attemptId);
      if (fact.is !== 'started') return null;
      const owed = ledger.owed.get(fact.order.deliveryId);
      if (owed === undefined) return `${fact.order.deliveryId} is sent before it is safe`;
      if (!owed.isInOrder) return null;
      const { life } = fact;
      const beside = [...inFlight.values()].find(
        (each) => each.life === life && each.owed.id !== owed.id && sharesKey(each.owed, owed),
      );
      inFlight.set(fact.order.attemptId, { life, owed });
      if (beside !== undefined) return `${owed.id} goes beside ${beside.owed.id}`;
      const earlier = earlierThan(owed, ledger);
      return earlier === undefined ? null : `${owed.id} overtakes ${earlier.id}`;
    },
  };
}

function earlierThan(owed: Owed, ledger: Ledger): Owed | undefined {
  return ledger.of(owed.endpointId).find((each) => {
    const waits = each.state === 'pending' || each.holdsKey;
    return each.position < owed.position && waits && sharesKey(each, owed);
  });
}

function sharesKey(one: Owed, other: Owed): boolean {
  const isSame = one.endpointId === other.endpointId && one.orderKey === other.orderKey;
  return isSame && one.isInOrder && other.isInOrder;
}
