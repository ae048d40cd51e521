import type { ReadContext } from './context.ts';
import { states } from './delivery-row.ts';

/** More deliveries than this that need old notes are not told apart: all of them need all. */
const toldApart = 100;

/** Answers whether a delivery that is owed is made of the notes that an event left. */
export type NeededNotes = (event: number) => boolean;

/**
 * The notes that merged deliveries need.
 *
 * @param oldest  the position of the first event whose note some delivery may still be made of.
 */
export function neededNotes(context: ReadContext, oldest: number | null): NeededNotes {
  if (oldest === null) return () => false;
  return (event) => event >= oldest && isNeeded(context, event);
}

function isNeeded(context: ReadContext, event: number): boolean {
  const { db } = context;
  const left = db.get('SELECT 1 FROM guarded_history WHERE position = ? LIMIT 1', event);
  if (left === null) return false;
  const delivering = db.all<{ event: number }>(
    `SELECT d.event AS event FROM coalescing c CROSS JOIN deliveries d ON d.position = c.delivery
      WHERE c.needs_from IS NOT NULL AND c.needs_from <= ?
        AND +d.state IN (${states.pending}, ${states.dead}) LIMIT ?`,
    event,
    toldApart + 1,
  );
  if (delivering.length > toldApart) return true;
  return delivering.some((each) => each.event >= event && isOfOneRow(context, event, each.event));
}

/** Whether two events stand in the history of one guarded row. */
function isOfOneRow({ db }: ReadContext, first: number, second: number): boolean {
  const found = db.get(
    `SELECT 1 FROM guarded_history a CROSS JOIN guarded_history b
      ON b.tenant = a.tenant AND b.kind = a.kind AND b.id = a.id
      WHERE a.position = ? AND b.position = ? LIMIT 1`,
    first,
    second,
  );
  return found !== null;
}
