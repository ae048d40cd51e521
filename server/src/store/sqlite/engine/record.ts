import type { RecordAnswer, AttemptRecord } from '../../queue.ts';
import type { WriteContext } from './context.ts';
import { countMove } from './count-move.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import { places, states, toState } from './delivery-row.ts';
import type { StandingRow } from './delivery-row.ts';
import { findStanding } from './find-standing.ts';
import { packId } from './id-blob.ts';
import { insertAttempt } from './insert-attempt.ts';
import { keepDeath } from './keep-death.ts';
import { frees, pendingHead, promoteNext } from './order.ts';

/** Judges one record by epoch and state, then writes the attempt and what follows from it. */
export function record(context: WriteContext, given: AttemptRecord): RecordAnswer {
  if (given.held.epoch !== context.epoch) return { is: 'lease_lost' };
  const delivery = findStanding(context, given.deliveryPosition, given.deliveryId);
  if (delivery === null) return goneAnswer(given);
  const moves = isMovable(delivery, given);
  const isNew = given.attempt === null || insertAttempt(context, { given, delivery, moves });
  if (!isNew) return answerRepeat(context, delivery, given);
  if (moves) return move(context, delivery, given);
  if (given.attempt !== null) countKept(context, delivery);
  const isEndedSo = given.attempt === null && hasEndedSo(delivery, given);
  return isEndedSo ? moved(context, delivery) : { is: 'kept', state: toState(delivery) };
}

/** What is over counts each attempt in its log; while it is pending the count guards records. */
function countKept({ db }: WriteContext, { state, position }: StandingRow): void {
  if (state === states.pending) return;
  db.run('UPDATE deliveries SET attempt_count = attempt_count + 1 WHERE position = ?', position);
}

/** What retention removed has nothing left to move. */
function goneAnswer({ at }: AttemptRecord): RecordAnswer {
  return { is: 'kept', state: { is: 'cancelled', at, reason: 'endpoint_deleted' } };
}

/** A success is worth more than a decision not to try: it also ends what was given up. */
function isMovable({ state, attempt_count: count }: StandingRow, given: AttemptRecord): boolean {
  if (state === states.pending) return count === given.attemptCount;
  const wasGivenUp = state === states.superseded || state === states.cancelled;
  return wasGivenUp && given.next.is === 'delivered';
}

function answerRepeat(
  context: WriteContext,
  delivery: StandingRow,
  { attempt }: AttemptRecord,
): RecordAnswer {
  const first = context.db.get<{ has_moved: number }>(
    'SELECT has_moved FROM attempts WHERE id = ? AND tenant = ?',
    packId('attempt', attempt?.id ?? ''),
    delivery.tenant,
  );
  if (first?.has_moved === 1) return moved(context, delivery);
  return { is: 'kept', state: toState(delivery) };
}

function moved(context: WriteContext, delivery: StandingRow): RecordAnswer {
  const isOver = delivery.state !== states.pending;
  return { is: 'moved', promoted: isOver ? pendingHead(context, delivery) : null };
}

function hasEndedSo(delivery: StandingRow, { next, at }: AttemptRecord): boolean {
  return (
    (next.is === 'dead' || next.is === 'cancelled') &&
    delivery.state === states[next.is] &&
    delivery.ended_by === next.reason &&
    delivery.ended_at === at
  );
}

function move(context: WriteContext, delivery: StandingRow, given: AttemptRecord): RecordAnswer {
  writeHealth(context, delivery, given);
  if (given.disables !== null) disableEndpoint(context, given, given.disables);
  return moveDelivery(context, delivery, given);
}

/** What a move takes of a record. */
type Move = Pick<AttemptRecord, 'at' | 'next' | 'failingSince'> &
  Partial<Pick<AttemptRecord, 'attempt'>>;

/** Moves a delivery on, and lets the next of its order key go if it is over. */
export function moveDelivery(
  context: WriteContext,
  delivery: StandingRow,
  given: Move,
): Extract<RecordAnswer, { is: 'moved' }> {
  if (given.next.is === 'pending') {
    postpone(context, delivery, given);
    return { is: 'moved', promoted: null };
  }
  const holds = given.next.is === 'dead' && given.next.holdsKey && frees(delivery);
  end(context, delivery, { given, place: holds ? places.holder : places.outside });
  const isFreed = !holds && frees(delivery);
  return { is: 'moved', promoted: isFreed ? promoteNext(context, delivery) : null };
}

function postpone({ db }: WriteContext, delivery: StandingRow, given: Move): void {
  if (given.next.is !== 'pending') return;
  db.run(
    `UPDATE deliveries SET due_at = ?, budget_from = ?, attempt_count = ?, failing_since = ?
      WHERE position = ?`,
    given.next.dueAt,
    given.next.budgetFrom,
    attemptCountAfter(delivery, given),
    given.failingSince,
    delivery.position,
  );
}

function end(
  context: WriteContext,
  delivery: StandingRow,
  { given, place }: { given: Move; place: number },
): void {
  const { db } = context;
  const { next } = given;
  const state = states[next.is];
  const reason = next.is === 'dead' || next.is === 'cancelled' ? next.reason : null;
  db.run(
    `UPDATE deliveries SET state = ?, place = ?, ended_at = ?, ended_by = ?, attempt_count = ?,
      failing_since = ? WHERE position = ?`,
    state,
    place,
    given.at,
    reason,
    attemptCountAfter(delivery, given),
    given.failingSince,
    delivery.position,
  );
  countMove(context, delivery, { state, at: given.at });
  if (next.is !== 'dead') return;
  keepDeath(context, { delivery: delivery.position, reason: next.reason, at: given.at });
}

function attemptCountAfter(delivery: StandingRow, { attempt = null }: Move): number {
  return delivery.attempt_count + (attempt === null ? 0 : 1);
}

function writeHealth({ db }: WriteContext, delivery: StandingRow, given: AttemptRecord): void {
  if (given.health === null) return;
  db.run(
    'INSERT OR REPLACE INTO endpoint_health VALUES (?, ?, ?)',
    delivery.endpoint,
    delivery.tenant,
    JSON.stringify(given.health),
  );
}
