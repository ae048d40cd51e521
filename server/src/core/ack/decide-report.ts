import type { Delivery, PendingDelivery } from '../delivery.ts';
import { later } from '../instant.ts';
import type { Instant } from '../instant.ts';
import { limits } from '../limits.ts';
import { nextAttempt } from '../next-attempt.ts';
import type { AttemptPolicy, Decision } from '../next-attempt.ts';

/** What a receiver reports of a delivery that it has accepted. */
export type AckReport =
  | { readonly do: 'ack' }
  /** Final: to be tried again never. */
  | { readonly do: 'fail'; readonly isFinal: boolean }
  | { readonly do: 'progress' };

/** What follows from a report: as from an attempt, or that there is more time. */
export type ReportDecision = Decision | { readonly do: 'wait'; readonly ackBy: Instant };

/** Nobody asked for a wait; the receiver is there, and says no. */
const failed = { kind: 'answered', status: 500, retryAfterMs: null } as const;

/**
 * Decides what follows a report on a pending delivery. A failure counts as that of its last
 * attempt; progress gives as much time again, at most until `limits.ackExtendMs` after the start of
 * the attempt that it was accepted with.
 *
 * @param chance  a sample from [0, 1), for the jitter.
 */
export function decideReport(
  policy: AttemptPolicy & { readonly withinMs: number },
  delivery: Delivery,
  report: AckReport,
  { now, chance, startedAt }: { now: Instant; chance: number; startedAt: Instant },
): ReportDecision {
  switch (report.do) {
    case 'ack':
      return { do: 'finish' };
    case 'progress': {
      const lastAt = later(startedAt, limits.ackExtendMs);
      const ackBy = later(now, policy.withinMs);
      return { do: 'wait', ackBy: ackBy < lastAt ? ackBy : lastAt };
    }
    case 'fail': {
      if (!report.isFinal) return nextAttempt(policy, asTried(delivery), failed, now, chance);
      const failingSince = delivery.failingSince ?? now;
      const holdsKey = delivery.orderKey !== null && policy.onDead === 'hold';
      const buried = { do: 'bury', reason: 'receiver_failed', disables: null } as const;
      return { ...buried, holdsKey, failingSince };
    }
    default:
      return report satisfies never;
  }
}

/** As it stood before its last attempt. */
function asTried({ state, ...delivery }: Delivery): PendingDelivery {
  const dueAt = state.is === 'pending' ? state.dueAt : state.at;
  const attemptCount = Math.max(delivery.budgetFrom, delivery.attemptCount - 1);
  return { ...delivery, attemptCount, dueAt };
}
