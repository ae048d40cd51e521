import type { Clock } from '../core/clock.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { DeadReason } from '../core/delivery.ts';
import type { Emit } from '../core/signal.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Queue, SettleRequest } from '../store/queue.ts';

export type SettleDeps = {
  readonly queue: Pick<Queue, 'settle'>;
  readonly mirror: CatalogueMirror;
  readonly clock: Clock;
  readonly emit: Emit;
};

/**
 * Ends what waits for an endpoint that was disabled or deleted, step by step, until nothing is
 * left or the endpoint is back.
 */
export async function settleEndpoint(
  deps: SettleDeps,
  { tenantId, endpointId }: { tenantId: TenantId; endpointId: EndpointId },
): Promise<void> {
  const closed = { signal: 'deliveries_closed', deliveryId: null, endpointId } as const;
  for (;;) {
    const as = endOf(deps.mirror, endpointId);
    if (as === null) return;
    const at = deps.clock.now();
    const limit = limits.settleRows;
    const settled = await deps.queue.settle({ tenantId, endpointId, at, as, limit });
    if (settled.count > 0) deps.emit({ ...closed, as: closedAs(as), count: settled.count });
    if (settled.isDone) return;
  }
}

function closedAs(as: SettleRequest['as']): 'cancelled' | DeadReason {
  return as.is === 'dead' ? as.reason : 'cancelled';
}

function endOf(mirror: CatalogueMirror, endpointId: EndpointId): SettleRequest['as'] | null {
  const status = mirror.get('endpoint', null, endpointId)?.value.status.is ?? 'deleted';
  if (status === 'disabled') return { is: 'dead', reason: 'endpoint_disabled' };
  if (status === 'deleted') return { is: 'cancelled', reason: 'endpoint_deleted' };
  return null;
}
