import type { Law } from './law.ts';

/** Only what its present owner records moves a delivery or enters the log. */
export function epochs(): Law {
  return {
    says: 'only one epoch records',
    see(fact, ledger) {
      if (fact.is === 'lease_committed') {
        for (const { shard, epoch } of fact.held) {
          const owner = ledger.owners.get(shard.number);
          const isOwn = owner?.life === fact.life;
          const isLower = owner !== undefined && epoch < owner.epoch;
          const isShared = owner !== undefined && !isOwn && epoch === owner.epoch;
          if (isLower || isShared) return `shard ${shard.number} was given under epoch ${epoch}`;
        }
        return null;
      }
      if (fact.is !== 'record_committed' || fact.answer.is === 'lease_lost') return null;
      const owner = ledger.ownerOf(fact.record.endpointId);
      if (owner?.epoch === fact.record.held.epoch) return null;
      return `${fact.record.deliveryId} by epoch ${fact.record.held.epoch}, not ${owner?.epoch}`;
    },
  };
}
