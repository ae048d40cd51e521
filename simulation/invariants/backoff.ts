import type { Outcome } from '../../server/src/core/attempt.ts';
import type { AttemptId, DeliveryId } from '../../server/src/core/ids.ts';
import type { RetryPolicy } from '../../server/src/core/retry-policy.ts';
import type { SendOrder } from '../../server/src/destinations/destination.ts';
import type { AttemptRecord } from '../../server/src/store/queue.ts';
import type { Owed } from '../ledger.ts';
import { isAccepted } from './is-accepted.ts';
import { lawOf } from './law.ts';
import type { Law } from './law.ts';

type Ended = { readonly order: SendOrder; readonly outcome: Outcome };

/** The next attempt waits as long as policy and receiver say, and not before does it begin. */
export function backoff(): Law {
  const ended = new Map<AttemptId, Ended>();
  const dueAt = new Map<DeliveryId, number>();
  const judged = new Set<AttemptId>();
  return lawOf('retries wait for their time', {
    started(fact) {
      const { deliveryId } = fact.order;
      const at = dueAt.get(deliveryId) ?? 0;
      if (fact.nodeNow < fact.order.dueAt) return `${deliveryId} began before it was due`;
      return fact.nodeNow < at ? `${deliveryId} began ${at - fact.nodeNow} ms early` : null;
    },
    ended(fact) {
      ended.set(fact.order.attemptId, fact);
      return null;
    },
    // Asked for by a person, by the clock of another node.
    change_committed(fact) {
      if (fact.change.to === 'report' && fact.answer.is !== 'changed') return null;
      dueAt.delete(fact.change.deliveryId);
      return null;
    },
    record_committed(fact, ledger) {
      const { record } = fact;
      if (fact.answer.is !== 'moved' || record.next.is !== 'pending') return null;
      const known = record.attempt && ended.get(record.attempt.id);
      if (!known) return `${record.deliveryId} waits though no attempt ended`;
      // Its repeat, told once more, is old news.
      if (judged.has(known.order.attemptId)) return null;
      judged.add(known.order.attemptId);
      dueAt.set(record.deliveryId, record.next.dueAt);
      if (isAccepted(known)) return judgeAck(record, ledger.owed.get(record.deliveryId));
      return judgeWait(record, known);
    },
  });
}

/** What was accepted is due again when its report is late. */
function judgeAck({ next, at, deliveryId }: AttemptRecord, owed: Owed | undefined): string | null {
  const withinMs = owed?.ackWithinMs ?? null;
  const waitMs = next.is === 'pending' ? next.dueAt - at : null;
  return waitMs === withinMs ? null : `${deliveryId} waits ${waitMs} ms for its report`;
}

function judgeWait(record: AttemptRecord, { order, outcome }: Ended): string | null {
  const { next, at, deliveryId } = record;
  if (next.is !== 'pending') return null;
  const waitMs = next.dueAt - at;
  if (outcome.kind === 'interrupted') {
    return waitMs === 0 ? null : `${deliveryId} was interrupted and waits ${waitMs} ms`;
  }
  const { retry, retryAfterMaxMs, orderWaitMs } = order.endpoint;
  const index = record.attemptCount - next.budgetFrom + 1;
  const delayMs = plainDelay(retry, index);
  if (delayMs === null) return `${deliveryId} has no attempt left after #${index}`;
  const askedMs = outcome.kind === 'answered' ? (outcome.retryAfterMs ?? 0) : 0;
  const heardMs = Math.min(askedMs, retryAfterMaxMs);
  const leastMs = Math.max(delayMs, heardMs);
  const mostMs = Math.ceil(Math.max(delayMs * (1 + retry.jitter), heardMs));
  const endsAt = (record.failingSince ?? at) + orderWaitMs;
  // The head of an order key is tried once more when its wait ends.
  if (orderWaitMs > 0 && next.dueAt === endsAt && waitMs <= mostMs) return null;
  const isWithin = waitMs >= leastMs && waitMs <= mostMs;
  return isWithin ? null : `${deliveryId} waits ${waitMs} ms, not ${leastMs} to ${mostMs}`;
}

function plainDelay(policy: RetryPolicy, index: number): number | null {
  if (policy.kind === 'schedule') return policy.delaysMs[index - 1] ?? null;
  if (index >= policy.maxAttempts) return null;
  const { initialMs, factor, maxDelayMs } = policy;
  return Math.min(maxDelayMs, initialMs * factor ** (index - 1));
}
