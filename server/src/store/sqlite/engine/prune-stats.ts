import { statsWidths, widthMs } from '../../../core/stats/stats-width.ts';
import type { StatsKept } from '../../../core/stats/stats-width.ts';
import type { Database } from './database.ts';

/** Removes the oldest counters before what is kept of each width; answers the largest count. */
export function pruneStats(db: Database, kept: StatsKept, limit: number): number {
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
