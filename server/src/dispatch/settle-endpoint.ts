import type { Clock } from '../core/clock.ts';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Queue, SettleRequest } from '../store/queue.ts';

export type SettleDeps = {
  readonly queue: Pick<Queue, 'settle'>;
  readonly mirror: CatalogueMirror;
  readonly clock: Clock;
};

/**
 * Ends what waits for an endpoint that was disabled or deleted, step by step, until nothing is
 * left or the endpoint is back.
 */
export async function settleEndpoint(
  deps: SettleDeps,
  { tenantId, endpointId }: { tenantId: TenantId; endpointId: EndpointId },
): Promise<void> {
  for (;;) {
    const as = endOf(deps.mirror, endpointId);
    if (as === null) return;
    const at = deps.clock.now();
    const limit = limits.settleRows;
    const { isDone } = await deps.queue.settle({ tenantId, endpointId, at, as, limit });
    if (isDone) return;
  }
}

function endOf(mirror: CatalogueMirror, endpointId: EndpointId): SettleRequest['as'] | null {
  const status = mirror.get('endpoint', null, endpointId)?.value.status.is ?? 'deleted';
  if (status === 'disabled') return { is: 'dead', reason: 'endpoint_disabled' };
  if (status === 'deleted') return { is: 'cancelled', reason: 'endpoint_deleted' };
  return null;
}
