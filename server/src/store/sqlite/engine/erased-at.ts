import type { Instant } from '../../../core/instant.ts';
import type { ReadContext } from './context.ts';

/** When the data of the event at this position was erased; null when it was not. */
export function erasedAt({ db }: ReadContext, event: number): Instant | null {
  const row = db.get<{ at: Instant }>('SELECT at FROM erased_events WHERE event = ?', event);
  return row?.at ?? null;
}

/** Whether an event that was read was erased; one that has data costs no look-up. */
export function isErased(
  context: ReadContext,
  { position, data }: { position: number; data: Uint8Array },
): boolean {
  return data.length === 0 && erasedAt(context, position) !== null;
}
