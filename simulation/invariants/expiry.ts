import type { Law } from './law.ts';

/** What has grown too old is not attempted. */
export function expiry(): Law {
  return {
    says: 'what is too old is not attempted',
    see(fact, ledger) {
      if (fact.is !== 'started') return null;
      const { deliveryId, endpoint } = fact.order;
      const firstDueAt = ledger.owed.get(deliveryId)?.firstDueAt ?? fact.nodeNow;
      const overMs = fact.nodeNow - firstDueAt - endpoint.maxAgeMs;
      return overMs > 0 ? `${deliveryId} should have ended ${overMs} ms ago` : null;
    },
  };
}
