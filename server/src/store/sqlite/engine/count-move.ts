import { slots } from '../../../core/stats/counts.ts';
import type { WriteContext } from './context.ts';
import { states } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import type { Counted } from './increments.ts';

/** A state as stored, and when it was reached; the instant means nothing while pending. */
type Reached = { readonly state: number; readonly at: number };

/** The slot of each end; `pending` has none, for it is what the ends leave over. */
const slotOf: Readonly<Record<number, number>> = {
  [states.delivered]: slots.delivered,
  [states.dead]: slots.dead,
  [states.superseded]: slots.superseded,
  [states.cancelled]: slots.cancelled,
};

/** Counts an accepted event. */
export function countEvent({ increments }: WriteContext, tenant: number, at: number): void {
  increments.of({ tenant, endpoint: 0 }, at).add(slots.events, 1);
}

/** Counts a delivery that was made, pending, for an event accepted at `at`. */
export function countMade({ increments, counters }: WriteContext, of: Counted, at: number): void {
  increments.of(of, at).add(slots.made, 1);
  counters.pendingCount += 1;
}

/** Counts that a delivery went from the state it stands in to another, whatever moved it. */
export function countMove(
  { increments, counters }: WriteContext,
  from: Pick<DeliveryRow, 'tenant' | 'endpoint' | 'state' | 'ended_at'>,
  to: Reached,
): void {
  const left = slotOf[from.state];
  if (left === undefined) counters.pendingCount -= 1;
  else increments.of(from, from.ended_at ?? to.at).add(left, -1);
  const reached = slotOf[to.state];
  if (reached === undefined) counters.pendingCount += 1;
  else increments.of(from, to.at).add(reached, 1);
}
