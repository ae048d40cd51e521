import type { AlertState, Death, FailedAttempt } from '../../server/src/core/alert/alert-state.ts';
import type { DeadReason, Delivery } from '../../server/src/core/delivery.ts';
import type { Position } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import type {
  AlertPage,
  AlertSave,
  AlertStanding,
  SuccessQuery,
} from '../../server/src/store/alert-book.ts';
import { rowKey } from './image.ts';
import type { AttemptRow, Image } from './image.ts';

/** That a delivery became a dead letter. */
export type DeathRow = {
  readonly position: Position;
  readonly tenantId: Delivery['tenantId'];
  readonly deliveryId: Delivery['id'];
  readonly reason: DeadReason;
  readonly at: Instant;
};

const markKey = 'mark';

/** Notes a death at a position of its own. */
export function noteDeath(image: Image, { tenantId, id: deliveryId, state }: Delivery): void {
  if (state.is !== 'dead') return;
  const position = image.nextPosition();
  const { reason, at } = state;
  image.deaths.insert(String(position), { position, tenantId, deliveryId, reason, at });
}

/** Where alerts stand. */
export function alertStanding(image: Image): AlertStanding {
  const mark = image.alertMark.get(markKey);
  const states = image.alertStates.sorted().map(([, state]) => state);
  return { version: mark?.version ?? 0, position: mark?.position ?? null, states };
}

/** What alerts have not read yet. */
export function readAlerts(
  image: Image,
  { after, limit }: { after: Position | null; limit: number },
): AlertPage {
  const { newest } = image;
  if (after === null) return { failures: [], deaths: [], position: newest, isLevel: true };
  const isNew = ({ position }: { position: Position }): boolean => position > after;
  const failures = [...image.attempts.rows].filter(isNew).flatMap(toFailure).slice(0, limit);
  const deaths = [...image.deaths.rows]
    .filter(isNew)
    .flatMap((row) => toDeath(image, row))
    .slice(0, limit);
  const ends = [failures, deaths].flatMap((rows) =>
    rows.length < limit ? [] : [rows.at(-1)?.position ?? newest],
  );
  const position = Math.min(newest, ...ends) as Position;
  const isWithin = (row: { position: Position }): boolean => row.position <= position;
  const within = { failures: failures.filter(isWithin), deaths: deaths.filter(isWithin) };
  return { ...within, position, isLevel: ends.length === 0 };
}

/** When the first success of each query began. */
export function findSuccesses(image: Image, queries: readonly SuccessQuery[]) {
  return queries.map((query) => {
    const found = [...image.attempts.rows].find(
      ({ attempt, position }) =>
        attempt.tenantId === query.tenantId &&
        attempt.endpointId === query.endpointId &&
        attempt.status === 'succeeded' &&
        !isOwn(attempt.eventType) &&
        position > query.after &&
        (query.before === null || position < query.before),
    );
    return found === undefined ? null : { at: found.attempt.startedAt };
  });
}

/** Saves a step of alerts, unless another was saved since the version it was made from. */
export function saveAlerts(image: Image, { expects, position, states, forget }: AlertSave) {
  if ((image.alertMark.get(markKey)?.version ?? 0) !== expects) return { is: 'overtaken' } as const;
  const version = expects + 1;
  image.alertMark.set(markKey, { version, position });
  for (const state of states) image.alertStates.set(keyOf(state), state);
  for (const each of forget) image.alertStates.delete(keyOf(each));
  return { is: 'saved', version } as const;
}

function toFailure({ attempt, position }: AttemptRow): FailedAttempt[] {
  const { tenantId, endpointId, id: attemptId, startedAt: at, status, error } = attempt;
  const isOurs = error === 'interrupted' || error === 'sender_crashed';
  if (status !== 'failed' || isOurs || isOwn(attempt.eventType)) return [];
  return [{ position, tenantId, endpointId, attemptId, at }];
}

function toDeath(image: Image, { position, tenantId, deliveryId, reason, at }: DeathRow): Death[] {
  const delivery = image.deliveries.get(tenantId, deliveryId)?.now.delivery;
  if (delivery === undefined) return [];
  const { endpointId, eventId, attemptCount } = delivery;
  const eventType = image.events.at(delivery.eventPosition)?.event.type;
  if (eventType === undefined || isOwn(eventType)) return [];
  const of = { tenantId, endpointId, deliveryId, eventId, eventType, attemptCount };
  return [{ position, ...of, reason, at }];
}

function isOwn(eventType: string): boolean {
  return eventType.startsWith('posthorn.');
}

function keyOf({ tenantId, endpointId }: Pick<AlertState, 'tenantId' | 'endpointId'>): string {
  return rowKey(tenantId, endpointId);
}
