import type { Attempt } from '../../../core/attempt.ts';
import { endingSlot, latencySlot } from '../../../core/stats/counts.ts';
import type { AttemptRecord } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { nextPosition } from './context.ts';
import { states } from './delivery-row.ts';
import type { StandingRow } from './delivery-row.ts';
import { erasedAt } from './erased-at.ts';
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
    keptBody(context, delivery, attempt),
  );
  if (count === 0) counters.position = positionBefore;
  else countAttempt(context, delivery, attempt);
  return count > 0;
}

/** What was under way when its event was erased must bring nothing of it back. */
function keptBody(
  context: WriteContext,
  { state, event }: StandingRow,
  { answerBody }: Attempt,
): Uint8Array | null {
  if (state === states.pending || answerBody === null) return answerBody;
  return erasedAt(context, event) === null ? answerBody : null;
}

function countAttempt(
  { increments }: WriteContext,
  delivery: StandingRow,
  attempt: NonNullable<AttemptRecord['attempt']>,
): void {
  const increment = increments.of(delivery, attempt.startedAt);
  const ending = endingSlot(attempt);
  increment.add(ending, 1);
  const latency = latencySlot(ending, attempt.latencyMs);
  if (latency !== null) increment.add(latency, 1);
}
