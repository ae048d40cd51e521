import { acceptedEnds } from './accepted-ends.ts';
import { ackDeadlines } from './ack-deadlines.ts';
import { acks } from './acks.ts';
import { attemptNumbers } from './attempt-numbers.ts';
import { backoff } from './backoff.ts';
import { bounds } from './bounds.ts';
import { breaker } from './breaker.ts';
import { budget } from './budget.ts';
import { cancels } from './cancels.ts';
import { endpointChanges } from './endpoint-changes.ts';
import { ends } from './ends.ts';
import { epochs } from './epochs.ts';
import { expiry } from './expiry.ts';
import { fanOut } from './fan-out.ts';
import { handOver } from './hand-over.ts';
import type { Law } from './law.ts';
import { mergedChanges } from './merged-changes.ts';
import { nothingLost } from './nothing-lost.ts';
import { order } from './order.ts';
import { overlap } from './overlap.ts';
import { reportsMove } from './reports-move.ts';
import { sequences } from './sequences.ts';
import { superseding } from './superseding.ts';
import { taskEnds } from './task-ends.ts';
import { trueLog } from './true-log.ts';

/**
 * Every law, fresh for one history.
 *
 * @param isShared  whether leases end by time.
 */
export function allLaws({ isShared }: { isShared: boolean }): Law[] {
  return [
    ...[
      nothingLost(),
      fanOut(),
      epochs(),
      attemptNumbers(),
      overlap(),
      ends(),
      handOver(),
      expiry(),
    ],
    ...[backoff(), budget(), order(), endpointChanges(), cancels(), bounds(), trueLog()],
    ...[superseding(), sequences(), taskEnds(), mergedChanges()],
    ...[acks(), acceptedEnds(), ackDeadlines(), reportsMove()],
    breaker({ isShared }),
  ];
}
