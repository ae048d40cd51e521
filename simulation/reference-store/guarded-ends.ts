import type { Position } from '../../server/src/core/ids.ts';
import type { GuardedEntry } from './guarded-rows.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';

const endStates: readonly (string | null)[] = ['completed', 'failed', 'cancelled'];

/** Takes out what an event that is gone leaves of guarded rows. */
export function removeGuarded(image: Image, { event, position }: EventRow): void {
  for (const key of [rowKey(event.tenantId), rowKey(null)]) {
    const before = image.removedPositions.get(key) ?? 0;
    if (position > before) image.removedPositions.set(key, position);
  }
  for (const [key, entry] of image.guarded.sorted()) {
    const isInHistory = entry.history.some((version) => version.position === position);
    if (!isInHistory && entry.lastPosition !== position) continue;
    if (isOver(image, entry)) image.guarded.delete(key);
    else if (isInHistory) image.guarded.set(key, withoutGone(image, entry, position));
  }
}

/** Whether a delivery that is owed is made of the notes that an event left. */
export function isNoteNeeded(image: Image, position: Position): boolean {
  const isOf = (each: { readonly position: Position }) => each.position === position;
  const histories = image.guarded.sorted().map(([, { history }]) => history);
  const touched = histories.filter((history) => history.some(isOf));
  if (touched.length === 0) return false;
  return [...image.deliveries.rows].some(({ now: { delivery } }) => {
    const { merged, state, eventPosition } = delivery;
    if (merged === undefined || (state.is !== 'pending' && state.is !== 'dead')) return false;
    return touched.some(
      (history) =>
        history.some((each) => each.position === eventPosition) &&
        history.some(
          (each) => isOf(each) && merged.from <= each.version && each.version <= merged.to,
        ),
    );
  });
}

/** Erases what an event left beside guarded rows: the notes of its versions, and its content. */
export function eraseGuarded(image: Image, position: Position): void {
  for (const [key, entry] of image.guarded.sorted()) {
    const isOf = (each: { readonly position: Position } | null) => each?.position === position;
    if (!entry.history.some(isOf) && !isOf(entry.content)) continue;
    image.guarded.set(key, {
      ...entry,
      history: entry.history.map((each) => (isOf(each) ? { ...each, note: null } : each)),
      content: isOf(entry.content) ? null : entry.content,
    });
  }
}

/** Whether a row that ends with its events has none of them any more. */
function isOver({ events }: Image, { row, lastPosition, history }: GuardedEntry): boolean {
  const ends = row.kind === 'chain' || (row.kind === 'task' && endStates.includes(row.state));
  const positions = [lastPosition, ...history.map(({ position }) => position)];
  return ends && positions.every((position) => events.at(position) === undefined);
}

function withoutGone({ events }: Image, entry: GuardedEntry, gone: Position): GuardedEntry {
  const { history, removedPosition } = entry;
  const kept = history.filter(
    (each) => each === history.at(-1) || events.at(each.position) !== undefined,
  );
  return {
    ...entry,
    history: kept,
    removedPosition: gone > removedPosition ? gone : removedPosition,
  };
}
