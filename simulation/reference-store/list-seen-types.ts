import type { Position } from '../../server/src/core/ids.ts';
import type { SeenType } from '../../server/src/store/finder.ts';
import type { Image } from './image.ts';

/** Types in the order in which the events that are kept first had them, newest first. */
export function listSeenTypes(
  image: Image,
  { before, limit }: { before: Position | null; limit: number },
): SeenType[] {
  const first = new Map<string, Position>();
  for (const { event, position } of image.events.rows) {
    if (!first.has(event.type)) first.set(event.type, position);
  }
  return [...first]
    .map(([type, position]) => ({ type, position }))
    .filter(({ position }) => before === null || position < before)
    .toReversed()
    .slice(0, limit);
}
