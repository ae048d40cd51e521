import type { Answer, Asked } from '../verbs.ts';
import type { Position } from '../../../core/ids.ts';
import type { ReadContext } from './context.ts';
import { nameKinds } from './names.ts';

/** Types that some event had, the last seen for the first time first. */
export function listEventTypes(
  { db }: ReadContext,
  { before, limit }: Asked<'eventTypes'>,
): Answer<'eventTypes'> {
  const rows = db.all<{ key: number; text: string }>(
    `SELECT key, text FROM names INDEXED BY names_of_event_types
      WHERE kind = ${nameKinds.eventType} AND key < ? ORDER BY key DESC LIMIT ?`,
    before ?? Number.MAX_SAFE_INTEGER,
    limit,
  );
  return rows.map(({ key, text }) => ({ position: key as Position, type: text }));
}
