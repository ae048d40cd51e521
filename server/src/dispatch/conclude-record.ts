import type { PendingDelivery } from '../core/delivery.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { AttemptRecord, RecordAnswer } from '../store/queue.ts';
import type { AttemptDeps, Held } from './attempt.ts';

/** Has the store keep a record, and tells the lanes what that frees. */
export async function concludeRecord(
  deps: AttemptDeps,
  held: Held,
  record: AttemptRecord,
): Promise<void> {
  const answer = await recordUntilKnown(deps, held, record);
  const now = deps.clock.now();
  if (answer.is !== 'moved') {
    deps.lanes.unrecorded(held.delivery.id, now);
    deps.wake();
    return;
  }
  const pending = stillPending(held.delivery, record);
  if (pending !== null && deps.inFlight.isWithdrawn(held.delivery.id)) {
    // Somebody changed it meanwhile; only the store can tell what it is now.
    deps.lanes.unrecorded(held.delivery.id, now);
    deps.lanes.missed(held.delivery.endpointId, now);
    deps.wake();
    return;
  }
  const next =
    pending === null ? { is: 'gone' as const } : { is: 'pending' as const, delivery: pending };
  deps.lanes.recorded(held.delivery.id, next, now);
  if (answer.promoted !== null) offer(deps, answer.promoted, { saidAt: record.at, now });
  tell(deps, held, record);
  deps.wake();
}

/** What was said long ago may have been found in the store, sent and recorded since. */
function offer(
  { lanes }: AttemptDeps,
  promoted: PendingDelivery,
  { saidAt, now }: { saidAt: Instant; now: Instant },
): void {
  if (now - saidAt < limits.dueScanMs) lanes.offer(promoted, { saidAt, now });
  else lanes.missed(promoted.endpointId, now);
}

/** Repeats an unanswered record with the same ids until it is known or the lease is over. */
async function recordUntilKnown(
  deps: AttemptDeps,
  held: Held,
  record: AttemptRecord,
): Promise<RecordAnswer> {
  for (let tries = 1; ; tries += 1) {
    try {
      const [answer] = await deps.queue.record([tries === 1 ? record : asOfNow(deps, record)]);
      if (answer !== undefined) return answer;
    } catch (cause) {
      deps.emit({ signal: 'step_failed', step: 'record', cause });
    }
    if (deps.isGivingUp() || !deps.owner.holds(held.shard)) return { is: 'lease_lost' };
    await new Promise<void>((resolve) => deps.timers.after(limits.recordRetryMs, resolve));
  }
}

/** Others were recorded since it was first tried: the endpoint's row must not go back. */
function asOfNow({ lanes }: AttemptDeps, record: AttemptRecord): AttemptRecord {
  return record.health === null ? record : { ...record, health: lanes.health(record.endpointId) };
}

function stillPending(delivery: PendingDelivery, record: AttemptRecord): PendingDelivery | null {
  if (record.next.is !== 'pending') return null;
  const { dueAt, budgetFrom } = record.next;
  const attemptCount = delivery.attemptCount + 1;
  return { ...delivery, attemptCount, budgetFrom, dueAt, failingSince: record.failingSince };
}

function tell(deps: AttemptDeps, { delivery }: Held, record: AttemptRecord): void {
  const { tenantId, endpointId } = delivery;
  const { next, disables } = record;
  if (disables !== null) {
    void deps.mirror.refresh().catch((cause: unknown) => {
      deps.emit({ signal: 'step_failed', step: 'mirror', cause });
    });
    deps.emit({ signal: 'endpoint_disabled', tenantId, endpointId, reason: disables });
  }
  if (next.is === 'pending') return;
  if (next.is === 'cancelled') {
    const closed = { signal: 'deliveries_closed', as: 'cancelled', count: 1 } as const;
    return deps.emit({ ...closed, deliveryId: delivery.id, endpointId });
  }
  deps.emit({
    signal: 'delivery_ended',
    tenantId,
    deliveryId: delivery.id,
    eventId: delivery.eventId,
    endpointId,
    as: next.is === 'dead' ? next.reason : 'delivered',
    ageMs: record.at - delivery.createdAt,
  });
}
