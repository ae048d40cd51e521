import type { PlannedDelivery } from '../store/queue.ts';

/**
 * What is kept of a held event's deliveries: its callback alone, since only the event knows of it.
 * Who subscribes is found again when the chain is released. It keeps its order for then, and is no
 * part of coalescing: what it would stand for may have gone before.
 */
export function heldDeliveries(planned: readonly PlannedDelivery[]): PlannedDelivery[] {
  return planned
    .filter(({ callback }) => callback !== undefined)
    .map(({ coalescing: _coalescing, ...delivery }) => ({ ...delivery, isHeld: true }));
}
