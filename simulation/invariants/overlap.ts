import type { AttemptId, DeliveryId, NodeId } from '../../server/src/core/ids.ts';
import type { Law } from './law.ts';

type Running = { readonly attemptId: AttemptId; readonly life: NodeId; isExcused: boolean };

/** Two attempts of one delivery never overlap, unless whoever made the first died or stalled. */
export function overlap(): Law {
  const running = new Map<DeliveryId, Running>();
  const excuse = (life: NodeId): void => {
    for (const each of running.values()) if (each.life === life) each.isExcused = true;
  };
  return {
    says: 'attempts of one delivery do not overlap',
    see(fact) {
      if (fact.is === 'died' || fact.is === 'paused') excuse(fact.life);
      if (fact.is === 'ended') {
        const { deliveryId, attemptId } = fact.order;
        if (running.get(deliveryId)?.attemptId === attemptId) running.delete(deliveryId);
      }
      if (fact.is !== 'started') return null;
      const { deliveryId, attemptId } = fact.order;
      const before = running.get(deliveryId);
      running.set(deliveryId, { attemptId, life: fact.life, isExcused: false });
      if (before === undefined || before.isExcused) return null;
      return `${attemptId} began while ${before.attemptId} ran on ${before.life}`;
    },
  };
}
