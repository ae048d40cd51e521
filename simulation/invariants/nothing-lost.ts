import type { EventId } from '../../server/src/core/ids.ts';
import type { Law } from './law.ts';

/** What a publisher was told is safe is in the store, whole, whatever happens afterwards. */
export function nothingLost(): Law {
  const promised = new Map<EventId, number>();
  return {
    says: 'nothing that was accepted is lost',
    see(fact, ledger) {
      if (fact.is === 'accepted') {
        const planned = ledger.events.get(fact.eventId);
        if (planned === undefined) return `${fact.eventId} was acknowledged but is not safe`;
        if (planned.deliveries.length !== fact.deliveryCount) {
          return `${fact.eventId} was acknowledged with ${fact.deliveryCount} deliveries`;
        }
        promised.set(fact.eventId, fact.deliveryCount);
      }
      if (fact.is !== 'quiet') return null;
      for (const [eventId, count] of promised) {
        const stored = fact.deliveries.filter((each) => each.eventId === eventId).length;
        if (!fact.eventIds.has(eventId)) return `${eventId} is gone`;
        if (stored !== count) return `${eventId} has ${stored} of its ${count} deliveries`;
      }
      return null;
    },
  };
}
