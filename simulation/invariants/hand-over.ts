import type { AttemptId, NodeId } from '../../server/src/core/ids.ts';
import { shardOf } from '../../server/src/core/shard.ts';
import type { Law } from './law.ts';

/** Without a renewal for this long an owner may have let go of its shards. */
export const doubtMs = 6_000;

/** A shard is given away only when nothing of it is in flight or waits for its record. */
export function handOver(): Law {
  const open = new Map<AttemptId, { life: NodeId; shard: number; epoch: number | undefined }>();
  const givenUpAtMs = new Map<NodeId, number>();
  const renewedMs = new Map<NodeId, number>();
  /** Its lease was over meanwhile: what had not been recorded by then is given up. */
  const abandon = (life: NodeId): void => {
    for (const [attemptId, each] of open) if (each.life === life) open.delete(attemptId);
  };
  return {
    says: 'a shard is given away with nothing in flight or unrecorded',
    see(fact, ledger) {
      if (fact.is === 'started') {
        const { endpoint, attemptId } = fact.order;
        const shard = shardOf(endpoint.id).number;
        const epoch = ledger.owners.get(shard)?.epoch;
        open.set(attemptId, { life: fact.life, shard, epoch });
      }
      if (fact.is === 'record_committed' && fact.record.attempt !== null) {
        open.delete(fact.record.attempt.id);
      }
      if (fact.is === 'lease_committed') {
        const gapMs = fact.atMs - (renewedMs.get(fact.life) ?? fact.atMs);
        renewedMs.set(fact.life, fact.atMs);
        if (gapMs > doubtMs) abandon(fact.life);
      }
      if (fact.is === 'draining') givenUpAtMs.set(fact.life, fact.givesUpAtMs);
      if (fact.is !== 'release_committed') return null;
      // Who must stop waits for its records, but not for ever.
      if (fact.atMs >= (givenUpAtMs.get(fact.life) ?? Infinity)) return null;
      const given = new Map(fact.shards.map((each) => [each.shard.number, each.epoch]));
      for (const [attemptId, { life, shard, epoch }] of open) {
        const isGiven = given.has(shard) && given.get(shard) === epoch;
        if (life === fact.life && isGiven) return `${attemptId} was not recorded yet`;
      }
      return null;
    },
  };
}
