import type { Match } from '../core/match-event.ts';
import type { Subscription } from '../core/subscription.ts';
import type { PlannedDelivery } from '../store/queue.ts';
import type { Carried } from './carried.ts';

/** Gives planned deliveries the order and the coalescing of what their event carries. */
export function carriedDeliveries(
  planned: readonly PlannedDelivery[],
  matches: readonly Match[],
  { orderKey, coalescing }: Carried,
): PlannedDelivery[] {
  const wanted = new Map(matches.map(({ endpointId, subscription }) => [endpointId, subscription]));
  return planned.map((delivery) => {
    const subscription =
      delivery.subscriptionId === null ? undefined : wanted.get(delivery.endpointId);
    const stands = coalescing?.(subscription ?? null) ?? null;
    return {
      ...delivery,
      orderKey: orderOf(delivery, { orderKey, subscription }),
      ...(stands === null ? {} : { coalescing: stands }),
    };
  });
}

/** Who wants all of an endpoint's deliveries in order has the task's or entity's order with it. */
function orderOf(
  delivery: PlannedDelivery,
  { orderKey, subscription }: { orderKey: string | null; subscription: Subscription | undefined },
): string | null {
  return orderKey === null || subscription?.order === 'endpoint' ? delivery.orderKey : orderKey;
}
