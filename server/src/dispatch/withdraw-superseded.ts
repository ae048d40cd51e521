import type { DeliveryId, EndpointId } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import type { Lanes } from '../core/lane/lanes.ts';
import type { Emit } from '../core/signal.ts';
import type { Overtaken } from '../store/queue.ts';
import type { InFlight } from './in-flight.ts';
import type { PayloadCache } from './payload-cache.ts';

export type WithdrawDeps = {
  readonly lanes: Lanes;
  readonly inFlight: InFlight;
  readonly payloads: PayloadCache;
  readonly emit: Emit;
};

/** Has none of these start any more, and tells of them, endpoint by endpoint. */
export function withdrawSuperseded(
  { lanes, inFlight, payloads, emit }: WithdrawDeps,
  superseded: NonNullable<Overtaken['superseded']>,
  now: Instant,
): void {
  const byEndpoint = new Map<EndpointId, DeliveryId[]>();
  for (const { deliveryId, endpointId } of superseded) {
    inFlight.withdrawn(deliveryId);
    const withdrawn = lanes.withdrawn(endpointId, deliveryId, now);
    if (withdrawn !== null) payloads.release(withdrawn.eventPosition);
    const ids = byEndpoint.get(endpointId) ?? [];
    ids.push(deliveryId);
    byEndpoint.set(endpointId, ids);
  }
  for (const [endpointId, deliveryIds] of byEndpoint) {
    const closed = { signal: 'deliveries_closed', endpointId, as: 'superseded' } as const;
    const [deliveryId = null] = deliveryIds;
    const count = deliveryIds.length;
    emit(
      count === 1
        ? { ...closed, deliveryId, count }
        : { ...closed, deliveryId: null, deliveryIds, count },
    );
  }
}
