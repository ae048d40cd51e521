import type { PruneRequest } from '../../store.ts';
import type { WriteContext } from './context.ts';

/** Removes the deliveries that replays made of an event; answers how many rows went. */
export function removeReplayed({ db }: WriteContext, event: number): number {
  const replayed = db.all<{ position: number }>(
    'SELECT position FROM deliveries WHERE event = ? AND is_replay = 1',
    event,
  );
  let rows = 0;
  for (const { position } of replayed) {
    rows += db.run('DELETE FROM attempts WHERE delivery = ?', position);
    rows += db.run('DELETE FROM callbacks WHERE delivery = ?', position);
    rows += db.run('DELETE FROM coalescing WHERE delivery = ?', position);
    rows += db.run('DELETE FROM replayed WHERE delivery = ?', position);
    rows += db.run('DELETE FROM deliveries WHERE position = ?', position);
  }
  return rows;
}

/** Removes jobs that ended before an instant; answers how many went. */
export function removeEndedReplays({ db }: WriteContext, { before, limit }: PruneRequest): number {
  return db.run(
    `DELETE FROM replays WHERE position IN
      (SELECT position FROM replays WHERE ended_at < ? AND ended_at IS NOT NULL LIMIT ?)`,
    before,
    limit,
  );
}
