import type { AttemptRecord } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';
import type { StandingRow } from './delivery-row.ts';
import { packId } from './id-blob.ts';

/** Writes the row of an attempt; answers whether it was not there yet. */
export function insertAttempt(
  context: WriteContext,
  {
    given: { attempt },
    delivery,
    moves,
  }: { given: AttemptRecord; delivery: StandingRow; moves: boolean },
): boolean {
  if (attempt === null) return false;
  const { db, names, counters } = context;
  const positionBefore = counters.position;
  const count = db.run(
    `INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id, tenant) DO NOTHING`,
    nextPosition(context),
    packId('attempt', attempt.id),
    delivery.tenant,
    delivery.position,
    delivery.event,
    names.make('eventType', 0, attempt.eventType),
    delivery.endpoint,
    attempt.number,
    attempt.startedAt,
    attempt.latencyMs,
    attempt.status === 'succeeded' ? 1 : 0,
    moves ? 1 : 0,
    attempt.statusCode,
    attempt.error,
    attempt.detail,
    attempt.answerBody,
  );
  if (count === 0) counters.position = positionBefore;
  return count > 0;
}
