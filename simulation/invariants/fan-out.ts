import { wantedBy } from '../wanted-by.ts';
import type { Law } from './law.ts';

/** An event has one delivery for each endpoint that wanted it when it was saved, and no other. */
export function fanOut(): Law {
  return {
    says: 'the fan-out is complete and reaches only endpoints that match',
    see(fact, ledger) {
      if (fact.is !== 'accept_committed' || fact.answer.is !== 'accepted') return null;
      const { event, deliveries } = fact.planned;
      if (ledger.events.has(event.id)) return null;
      const planned = new Set(deliveries.map((each) => each.endpointId));
      const wanted = wantedBy(fact.planned, ledger);
      if (planned.size !== deliveries.length) return `${event.id} reaches an endpoint twice`;
      const missing = [...wanted].filter((id) => !planned.has(id));
      const extra = [...planned].filter((id) => !wanted.has(id));
      if (missing.length + extra.length === 0) return null;
      return `${event.id} misses ${missing.join(' ')} and should not reach ${extra.join(' ')}`;
    },
  };
}
