import type { Value } from './database.ts';
import type { EventRow } from './event-row.ts';

/**
 * A SELECT of the positions of an event's deliveries: those planned with it stand right behind it,
 * those that replays made of it stand anywhere.
 */
export function deliveriesOf({
  position,
  delivery_count: count,
}: Pick<EventRow, 'position' | 'delivery_count'>): { text: string; values: readonly Value[] } {
  const text =
    'SELECT position FROM deliveries WHERE position > ? AND position <= ? ' +
    'UNION SELECT position FROM deliveries WHERE event = ? AND is_replay = 1';
  return { text, values: [position, position + count, position] };
}
