import type { AlertState, Death, FailedAttempt } from '../../../core/alert/alert-state.ts';
import type { DeadReason } from '../../../core/delivery.ts';
import type {
  AttemptId,
  DeliveryId,
  EndpointId,
  EventId,
  Position,
  TenantId,
} from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { AlertPage, AlertStanding, SuccessQuery } from '../../alert-book.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';
import { nameKinds } from './names.ts';
import { newestPosition } from './tail.ts';

/** The types of alerts and of all else that Posthorn says of itself. */
const ownTypes =
  `(SELECT key FROM names WHERE kind = ${nameKinds.eventType} ` +
  `AND text >= 'posthorn.' AND text < 'posthorn/')`;

type FailureRow = {
  position: number;
  id: StoredId;
  tenant: number;
  endpoint: number;
  at: number;
};

type DeathRow = FailureRow & {
  event_id: StoredId;
  type: number;
  attempt_count: number;
  reason: string;
};

/** Where alerts stand; version 0 before their first step. */
export function alertStanding({ db }: ReadContext): AlertStanding {
  const rows = db.all<{ name: string; value: number }>(
    `SELECT name, value FROM meta WHERE name IN ('alert_version', 'alert_position')`,
  );
  const kept = new Map(rows.map(({ name, value }) => [name, value]));
  const states = db.all<{ value: string }>('SELECT value FROM alert_states ORDER BY endpoint');
  return {
    version: kept.get('alert_version') ?? 0,
    position: (kept.get('alert_position') ?? null) as Position | null,
    states: states.map(({ value }) => JSON.parse(value) as AlertState),
  };
}

/** What alerts have not read yet, up to `limit` of each kind. */
export function readAlerts(
  context: ReadContext,
  { after, limit }: { after: Position | null; limit: number },
): AlertPage {
  const newest = newestPosition(context);
  if (after === null) return { failures: [], deaths: [], position: newest, isLevel: true };
  const failures = failuresAfter(context, after, limit);
  const deaths = deathsAfter(context, after, limit);
  const ends = [failures, deaths].flatMap((rows) =>
    rows.length < limit ? [] : [rows.at(-1)?.position ?? newest],
  );
  if (ends.length === 0) return { failures, deaths, position: newest, isLevel: true };
  const position = Math.min(...ends) as Position;
  const isWithin = (row: { position: Position }): boolean => row.position <= position;
  const within = { failures: failures.filter(isWithin), deaths: deaths.filter(isWithin) };
  return { ...within, position, isLevel: false };
}

/** The first success of each endpoint within its bounds. */
export function findSuccesses(
  context: ReadContext,
  queries: readonly SuccessQuery[],
): ({ at: Instant } | null)[] {
  return queries.map((query) => findSuccess(context, query));
}

function findSuccess(context: ReadContext, query: SuccessQuery): { at: Instant } | null {
  const tenant = tenantKey(context, query.tenantId);
  if (tenant === null) return null;
  const endpoint = context.names.find('endpoint', tenant, query.endpointId);
  const row = context.db.get<{ at: number }>(
    `SELECT started_at AS at FROM attempts INDEXED BY attempts_by_endpoint
      WHERE endpoint = ? AND position > ? AND position < ? AND +has_succeeded = 1
      AND type NOT IN ${ownTypes} ORDER BY position LIMIT 1`,
    endpoint,
    query.after,
    query.before ?? Number.MAX_SAFE_INTEGER,
  );
  return row === null ? null : { at: row.at as Instant };
}

function failuresAfter({ db, names }: ReadContext, after: number, limit: number): FailedAttempt[] {
  const rows = db.all<FailureRow>(
    `SELECT position, id, tenant, endpoint, started_at AS at
      FROM attempts INDEXED BY attempts_failed_in_order
      WHERE has_succeeded = 0 AND position > ? AND type NOT IN ${ownTypes}
      AND coalesce(error, '') NOT IN ('interrupted', 'sender_crashed')
      ORDER BY position LIMIT ?`,
    after,
    limit,
  );
  return rows.map((row) => ({
    position: row.position as Position,
    tenantId: names.text(row.tenant) as TenantId,
    endpointId: names.text(row.endpoint) as EndpointId,
    attemptId: unpackId('attempt', row.id) as AttemptId,
    at: row.at as Instant,
  }));
}

function deathsAfter({ db, names }: ReadContext, after: number, limit: number): Death[] {
  const rows = db.all<DeathRow>(
    `SELECT x.position, d.id, d.tenant, d.endpoint, x.at, e.id AS event_id, e.type,
      d.attempt_count, x.reason FROM deaths x
      CROSS JOIN deliveries d ON d.position = x.delivery
      CROSS JOIN events e ON e.position = d.event
      WHERE x.position > ? AND e.type NOT IN ${ownTypes} ORDER BY x.position LIMIT ?`,
    after,
    limit,
  );
  return rows.map((row) => ({
    position: row.position as Position,
    tenantId: names.text(row.tenant) as TenantId,
    endpointId: names.text(row.endpoint) as EndpointId,
    deliveryId: unpackId('delivery', row.id) as DeliveryId,
    eventId: unpackId('event', row.event_id) as EventId,
    eventType: names.text(row.type),
    attemptCount: row.attempt_count,
    reason: row.reason as DeadReason,
    at: row.at as Instant,
  }));
}
