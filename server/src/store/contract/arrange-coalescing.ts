import type { DeliveryId, EndpointId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Coalescing, PlannedDelivery, PlannedEvent } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne } from './arrange.ts';
import { at, plannedDelivery, plannedEvent } from './sample.ts';

/** A report of a task: by default one of a step that supersedes the unsent one before it. */
export function latest(parts: Partial<Coalescing & { is: 'latest' }> = {}): Coalescing {
  return {
    is: 'latest',
    group: 'task:t-1',
    part: 'analyzing',
    isKept: false,
    supersedes: 'part',
    ...parts,
  };
}

/** The end of a task, which supersedes all that may be. */
export const terminal = latest({ part: '', isKept: true, supersedes: 'all' });

/** The first report of a step. */
export const firstReport = latest({ isKept: true, supersedes: 'none' });

/** A change of an entity; its window stays open for a second, at most for three. */
export function change(
  version: number,
  parts: Partial<Coalescing & { is: 'window' }> = {},
): Coalescing {
  return {
    is: 'window',
    group: 'contact',
    version,
    windowMs: 1_000,
    maxWaitMs: 3_000,
    ...parts,
  };
}

/** Plans an event with one delivery that coalesces. */
export function planned(
  endpointId: EndpointId,
  coalescing: Coalescing,
  { acceptedAt = at(0), ...parts }: Partial<PlannedDelivery> & { acceptedAt?: Instant } = {},
): PlannedEvent & { readonly id: DeliveryId } {
  const delivery = plannedDelivery({ endpointId, coalescing, dueAt: acceptedAt, ...parts });
  return { ...plannedEvent({ event: { acceptedAt }, deliveries: [delivery] }), id: delivery.id };
}

/** Accepts what {@link planned} plans; answers the delivery and what the store said of it. */
export async function report(
  store: Store,
  ...[endpointId, coalescing, parts]: Parameters<typeof planned>
) {
  const { id, ...plan } = planned(endpointId, coalescing, parts);
  return { id, answer: await acceptOne(store, plan), plan };
}
