import type { DeliveryState } from '../../../core/delivery.ts';
import type { DeliveryId, EndpointId, EventId, SubscriptionId } from '../../../core/ids.ts';
import type { Position } from '../../../core/ids.ts';
import { limits } from '../../../core/limits.ts';
import { compileTypes } from '../../../core/match-type.ts';
import type { ReplayCandidate, ReplaySearch, Searched } from '../../replays.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { states } from './delivery-row.ts';
import type { StoredId } from './id-blob.ts';
import { unpackId } from './id-blob.ts';
import { namedDeliveries, openRange } from './replay-ranges.ts';
import type { Range } from './replay-ranges.ts';
import { Conditions } from './scan.ts';

type CandidateRow = {
  position: number;
  fits: number;
  id: StoredId;
  event: number;
  event_id: StoredId;
  type: number;
  endpoint: number;
  subscription: number | null;
  state: number;
  attempt_count: number;
  is_replay: number;
};

const columns =
  'd.position AS position, d.id AS id, d.event AS event, e.id AS event_id, e.type AS type, ' +
  'd.endpoint AS endpoint, d.subscription AS subscription, d.state AS state, ' +
  'd.attempt_count AS attempt_count, d.is_replay AS is_replay';

const byDelivery = {
  tables: 'deliveries d CROSS JOIN events e ON e.position = d.event',
  order: 'd.position',
};

/** Deliveries stand right behind their event, so a tenant's are found through its events. */
const byEvent = {
  tables:
    'events e CROSS JOIN deliveries d ' +
    'ON d.position > e.position AND d.position <= e.position + e.delivery_count',
  order: 'e.position, d.position',
};

const failing = `(d.state = ${states.pending} AND d.attempt_count > 0)`;

/** What each choice asks of a row's state. */
const asked = {
  dead: `d.state = ${states.dead}`,
  failed: `(d.state = ${states.dead} OR ${failing})`,
  all: `(d.state IN (${states.dead}, ${states.delivered}) OR ${failing})`,
  missing: 'FALSE',
} as const;

/** By the number that each is stored as. */
const stateNames: readonly DeliveryState['is'][] = [
  'pending',
  'delivered',
  'dead',
  'superseded',
  'cancelled',
];

type Plan = {
  readonly sql: string;
  readonly values: Conditions['values'];
  readonly ranges: readonly Range[];
};

/** Deliveries that a replay may ask for, in position order; bounded in the rows it looks at. */
export function searchReplays(
  context: ReadContext,
  search: ReplaySearch,
): Searched<ReplayCandidate> {
  const { types } = search.request;
  const wants = types === null ? () => true : compileTypes(types);
  const found: ReplayCandidate[] = [];
  let examinedCount = 0;
  for (const row of rowsOf(context, search)) {
    examinedCount += 1;
    const isWanted = row.fits === 1 && wants(context.names.text(row.type));
    if (isWanted) found.push(toCandidate(row, context));
    if (found.length >= search.limit || examinedCount >= limits.replayScanRows) {
      return { found, examinedCount, position: row.position as Position, isDone: false };
    }
  }
  return { found, examinedCount, position: search.upTo, isDone: true };
}

function* rowsOf(context: ReadContext, search: ReplaySearch): Generator<CandidateRow, void> {
  const plan = planOf(context, search);
  if (plan === null) return;
  for (const { above, through } of plan.ranges) {
    yield* context.db.each<CandidateRow>(plan.sql, ...plan.values, above, through);
  }
}

/** Null when a name in the request stands for nothing. */
function planOf(context: ReadContext, search: ReplaySearch): Plan | null {
  const { request } = search;
  const tenant = tenantKey(context, search.tenantId);
  if (tenant === null) return null;
  const { endpointId } = request;
  const endpoint = endpointId === null ? null : context.names.find('endpoint', tenant, endpointId);
  if (endpointId !== null && endpoint === null) return null;
  const within = openRange(context, search);
  const named = namedDeliveries(context, tenant, { search, within });
  const conditions = conditionsOf(search, endpoint);
  const source = narrowed(context, { conditions, search, tenant, endpoint, within, named });
  const sql =
    `SELECT ${columns}, (${conditions.fits}) AS fits FROM ${source.tables} ` +
    `WHERE ${conditions.where} AND d.position > ? AND d.position <= ? ORDER BY ${source.order}`;
  return { sql, values: conditions.values, ranges: named ?? [within] };
}

function conditionsOf({ request }: ReplaySearch, endpoint: number | null): Conditions {
  const conditions = new Conditions();
  conditions.ask(asked[request.only]);
  if (endpoint !== null) conditions.ask('d.endpoint = ?', endpoint);
  if (request.since !== null) conditions.ask('e.accepted_at >= ?', request.since);
  if (request.until !== null) conditions.ask('e.accepted_at < ?', request.until);
  return conditions;
}

type Narrowing = {
  readonly conditions: Conditions;
  readonly search: ReplaySearch;
  readonly tenant: number;
  readonly endpoint: number | null;
  readonly within: Range;
  readonly named: readonly Range[] | null;
};

/** Reads by name, the tenant's dead letters, endpoint or tenant. */
function narrowed(
  context: ReadContext,
  { conditions, search, tenant, endpoint, within, named }: Narrowing,
): typeof byDelivery {
  if (named !== null) {
    conditions.ask('d.tenant = ?', tenant);
    return byDelivery;
  }
  if (search.request.only === 'dead') {
    conditions.narrow(`d.tenant = ? AND d.state = ${states.dead}`, tenant);
    return byDelivery;
  }
  if (endpoint !== null) {
    conditions.narrow('d.endpoint = ?', endpoint);
    return byDelivery;
  }
  conditions.narrow('e.tenant = ?', tenant);
  conditions.narrow('e.position > ?', eventBefore(context, within.above));
  return byEvent;
}

/** The deliveries above a position may belong to an event below it. */
function eventBefore({ db }: ReadContext, position: number): number {
  const row = db.get<{ position: number }>(
    'SELECT position FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1',
    position,
  );
  return (row?.position ?? 0) - 1;
}

function toCandidate(row: CandidateRow, { names }: ReadContext): ReplayCandidate {
  const subscription = row.subscription === null ? null : names.text(row.subscription);
  return {
    id: unpackId('delivery', row.id) as DeliveryId,
    position: row.position as Position,
    eventId: unpackId('event', row.event_id) as EventId,
    eventPosition: row.event as Position,
    endpointId: names.text(row.endpoint) as EndpointId,
    subscriptionId: subscription as SubscriptionId | null,
    state: stateNames[row.state] ?? 'pending',
    attemptCount: row.attempt_count,
    isReplay: row.is_replay === 1,
  };
}
