import type { AttemptId, DeliveryId, NodeId } from '../../server/src/core/ids.ts';
import type { RetryPolicy } from '../../server/src/core/retry-policy.ts';
import type { SendOrder } from '../../server/src/destinations/destination.ts';
import type { AttemptRecord } from '../../server/src/store/queue.ts';
import type { Ledger } from '../ledger.ts';
import { spreadMs } from './endpoint-changes.ts';
import { isAccepted } from './is-accepted.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

/** What moves a delivery without an attempt. */
type Unsent = Pick<AttemptRecord, 'deliveryId' | 'next'>;

/** A delivery is given up only after as many failures as its policy allows; ours do not count. */
export function budget(): Law {
  const orders = new Map<AttemptId, SendOrder>();
  /** Attempts that count, though the delivery goes on however many there were. */
  const accepted = new Set<AttemptId>();
  const failures = new Map<DeliveryId, number>();
  const counted = new Set<AttemptId>();
  const underWay = new Map<DeliveryId, AttemptId>();
  const retries = new Map<DeliveryId, { atMs: number; knownTo: Set<NodeId> }>();
  /** Asked for when its owner could not know: the record may bring the old budget back. */
  const retriedMidway = new Set<DeliveryId>();
  /** A report, or that there was none in time, is the end only when no attempt is left. */
  const judgeUnsent = ({ deliveryId, next }: Unsent, { owed, endpoints }: Ledger) => {
    const endpointId = owed.get(deliveryId)?.endpointId;
    const endpoint = endpointId && endpoints.get(endpointId);
    if (!endpoint || retriedMidway.has(deliveryId)) return null;
    const count = failures.get(deliveryId) ?? 0;
    const most = mostAttempts(endpoint.retry);
    const isExhausted = next.is === 'dead' && next.reason === 'attempts_exhausted';
    return !isExhausted || count >= most ? null : `${deliveryId} was given up after ${count}`;
  };
  return lawOf('a budget is spent by failures alone', {
    started(fact) {
      orders.set(fact.order.attemptId, fact.order);
      underWay.set(fact.order.deliveryId, fact.order.attemptId);
      if (isUnheard(fact, retries.get(fact.order.deliveryId))) {
        retriedMidway.add(fact.order.deliveryId);
      }
      return null;
    },
    ended(fact) {
      if (isAccepted(fact)) accepted.add(fact.order.attemptId);
      return null;
    },
    change_answered(fact) {
      retries.get(fact.deliveryId)?.knownTo.add(fact.life);
      return null;
    },
    change_committed(fact, ledger) {
      const { change, answer } = fact;
      if (answer.is !== 'changed') return null;
      if (change.to === 'report') return judgeUnsent(change, ledger);
      if (answer.delivery === null) return null;
      const { attemptCount, budgetFrom, failingSince } = answer.delivery;
      failures.delete(change.deliveryId);
      retries.set(change.deliveryId, { atMs: fact.atMs, knownTo: new Set() });
      if (underWay.has(change.deliveryId)) retriedMidway.add(change.deliveryId);
      else retriedMidway.delete(change.deliveryId);
      const isNew = budgetFrom === attemptCount && failingSince === null;
      return isNew ? null : `${change.deliveryId} was retried without a new budget`;
    },
    record_committed(fact, ledger) {
      const { attempt, deliveryId } = fact.record;
      if (fact.answer.is !== 'moved') return null;
      if (attempt === null) return judgeUnsent(fact.record, ledger);
      if (counted.has(attempt.id)) return null;
      counted.add(attempt.id);
      if (underWay.get(deliveryId) === attempt.id) underWay.delete(deliveryId);
      const before = failures.get(deliveryId) ?? 0;
      const count = attempt.error === 'interrupted' ? before : before + 1;
      failures.set(deliveryId, count);
      if (retriedMidway.has(deliveryId)) return null;
      const isOpen = accepted.has(attempt.id);
      return judge(fact.record, { count, isOpen, order: orders.get(attempt.id) });
    },
  });
}

function mostAttempts(retry: RetryPolicy): number {
  return retry.kind === 'schedule' ? retry.delaysMs.length + 1 : retry.maxAttempts;
}

function isUnheard(
  { life, atMs }: { life: NodeId; atMs: number },
  retry: { atMs: number; knownTo: ReadonlySet<NodeId> } | undefined,
): boolean {
  return retry !== undefined && atMs <= retry.atMs + spreadMs && !retry.knownTo.has(life);
}

function judge(
  { next, attempt, deliveryId, attemptCount }: AttemptRecord,
  { count, isOpen, order }: { count: number; isOpen: boolean; order: SendOrder | undefined },
): string | null {
  if (order === undefined) return `${deliveryId} was recorded without an attempt`;
  const most = mostAttempts(order.endpoint.retry);
  if (next.is === 'pending' && count >= most && !isOpen)
    return `${deliveryId} goes on after ${count} failures`;
  if (next.is === 'pending' && attemptCount + 1 - next.budgetFrom !== count) {
    return `${deliveryId} counts its budget from ${next.budgetFrom} after ${count} failures`;
  }
  const isExhausted = next.is === 'dead' && next.reason === 'attempts_exhausted';
  if (!isExhausted || (count === most && attempt?.error !== 'interrupted')) return null;
  return `${deliveryId} was given up after ${count} of ${most} failures`;
}
