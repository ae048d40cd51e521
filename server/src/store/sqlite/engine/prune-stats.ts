import { statsWidths, widthMs } from '../../../core/stats/stats-width.ts';
import type { StatsKept } from '../../../core/stats/stats-width.ts';
import type { WriteContext } from './context.ts';
import type { Database } from './database.ts';
import { foldJournal } from './stats-journal.ts';

/**
 * Removes the oldest counters before what is kept of each width; answers the largest count. The
 * journal goes first: an old minute that was corrected just now must not outlive the others.
 */
export function pruneStats(context: WriteContext, kept: StatsKept, limit: number): number {
  const { db } = context;
  foldJournal(context);
  const counts = statsWidths.map((width) => pruneWidth(db, { ...pruned(kept, width), limit }));
  return Math.max(...counts);
}

function pruned(kept: StatsKept, width: keyof StatsKept) {
  return { lengthMs: widthMs[width], before: kept[width] };
}

function pruneWidth(
  db: Database,
  { lengthMs, before, limit }: { lengthMs: number; before: number; limit: number },
): number {
  return db.run(
    `DELETE FROM stats WHERE (width, start, subject) IN
      (SELECT width, start, subject FROM stats WHERE width = ? AND start < ?
        ORDER BY start, subject LIMIT ?)`,
    lengthMs,
    before,
    limit,
  );
}
