import type { DeliveryState } from './delivery.ts';

/** Whether a delivery waits for the release of its event's chain, or for somebody's retry. */
export function isHeld(state: DeliveryState): boolean {
  return state.is === 'cancelled' && state.reason === 'held';
}
