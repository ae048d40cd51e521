import type { Clock } from '../core/clock.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { HeldShard } from '../core/shard.ts';
import type { Emit } from '../core/signal.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { AttemptRecord, DueEndpoint, Queue } from '../store/queue.ts';

export type ExpirePausedDeps = {
  readonly queue: Pick<Queue, 'loadDue' | 'record'>;
  readonly mirror: CatalogueMirror;
  readonly clock: Clock;
  readonly emit: Emit;
};

/** Ends what has waited too long for a paused endpoint: age counts while it is paused, too. */
export async function expirePaused(
  deps: ExpirePausedDeps,
  { tenantId, endpointId }: DueEndpoint,
  held: HeldShard,
): Promise<void> {
  const endpoint = deps.mirror.get('endpoint', null, endpointId);
  if (endpoint === null) return;
  const now = deps.clock.now();
  const dueBefore = later(now, -endpoint.value.maxAgeMs);
  const limit = limits.settleRows;
  const old = await deps.queue.loadDue({ tenantId, endpointId, dueBefore, limit });
  if (old.length === 0) return;
  const answers = await deps.queue.record(
    old.map((delivery): AttemptRecord => ({
      tenantId,
      deliveryId: delivery.id,
      deliveryPosition: delivery.position,
      endpointId,
      held,
      attemptCount: delivery.attemptCount,
      attempt: null,
      at: now,
      failingSince: delivery.failingSince,
      next: { is: 'dead', reason: 'expired', holdsKey: false },
      health: null,
      disables: null,
    })),
  );
  const count = answers.filter(({ is }) => is === 'moved').length;
  const closed = { signal: 'deliveries_closed', deliveryId: null, as: 'expired' } as const;
  if (count > 0) deps.emit({ ...closed, endpointId, count });
}
