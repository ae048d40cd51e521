import type { Delivery } from '../../../core/delivery.ts';
import type { EventId } from '../../../core/ids.ts';
import type { DeliveryFilter } from '../../finder.ts';
import type { Page, PageOf } from '../../page.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { createdAt, kinds, selectDeliveries, states, toDelivery } from './delivery-row.ts';
import type { JoinedDeliveryRow } from './delivery-row.ts';
import { findEndpointKey } from './find-delivery.ts';
import { findEventRow } from './find-event.ts';
import { mergeScans } from './merge-scans.ts';
import { positionBounds } from './position-bounds.ts';
import { Conditions, scan } from './scan.ts';

/** Deliveries, newest first. */
export function listDeliveries(
  context: ReadContext,
  filter: DeliveryFilter,
  page: Page,
): PageOf<Delivery> {
  const scanned = sourcesOf(context, filter, page).map((source) => {
    const { conditions, tables, order } = source;
    if (page.from !== undefined) conditions.ask(`${createdAt} >= ?`, page.from);
    if (page.until !== undefined) conditions.ask(`${createdAt} < ?`, page.until);
    return scan(context.db, {
      sql:
        `SELECT d.position AS position, ${conditions.fits} AS fits FROM ${tables} ` +
        `WHERE ${conditions.where} ORDER BY ${order}`,
      values: conditions.values,
      limit: page.limit,
    });
  });
  const { positions, next } = mergeScans(scanned, page.limit);
  return { rows: positions.map((position) => read(context, position)), next };
}

const isNoReplay = `d.is_replay <> ${kinds.replay}`;

type Source = { readonly conditions: Conditions; readonly tables: string; readonly order: string };

const byDelivery = {
  tables: 'deliveries d CROSS JOIN events e ON e.position = d.event',
  order: 'd.position DESC',
};

/** Deliveries stand right behind their event, so a tenant's are found through its events. */
const byEvent = {
  tables:
    'events e CROSS JOIN deliveries d ' +
    'ON d.position > e.position AND d.position <= e.position + e.delivery_count',
  order: 'e.position DESC, d.position DESC',
};

type Found = {
  readonly filter: DeliveryFilter;
  readonly page: Page;
  readonly tenant: number | null;
  readonly endpoint: number | null;
};

/** What to read and how; nothing when a name in the filter stands for nothing. */
function sourcesOf(context: ReadContext, filter: DeliveryFilter, page: Page): Source[] {
  const tenant = filter.tenantId === null ? null : tenantKey(context, filter.tenantId);
  if (filter.tenantId !== null && tenant === null) return [];
  const { endpointId, eventId } = filter;
  const endpoint = endpointId === undefined ? null : findEndpointKey(context, tenant, endpointId);
  if (endpointId !== undefined && endpoint === null) return [];
  const found = { filter, page, tenant, endpoint };
  if (eventId !== undefined) return sourcesOfEvent(context, found, eventId);
  if (endpoint !== null || tenant === null || filter.state === 'dead') {
    return [sourceOfRows(context, found)];
  }
  return [sourceOfEvents(context, found, tenant), sourceOfReplays(context, found, tenant)];
}

/** The deliveries that were planned with an event stand behind it, those of replays anywhere. */
function sourcesOfEvent(context: ReadContext, found: Found, eventId: EventId): Source[] {
  const event = findEventRow(context, found.tenant, eventId);
  if (event === null) return [];
  const { above, below } = positionBounds(context.db, found.page);
  const planned = askedOf(found, 'position');
  planned.narrow(
    'd.position > ? AND d.position < ?',
    Math.max(above, event.position),
    Math.min(below, event.position + event.delivery_count + 1),
  );
  planned.ask(isNoReplay);
  const replayed = askedOf(found, 'event');
  replayed.narrow('d.event = ? AND d.is_replay = 1', event.position);
  replayed.narrow('d.position > ? AND d.position < ?', above, below);
  return [
    { conditions: planned, ...byDelivery },
    { conditions: replayed, ...byDelivery },
  ];
}

/** A tenant's dead letters, or the deliveries of an endpoint, or of all tenants. */
function sourceOfRows(context: ReadContext, found: Found): Source {
  const { filter, tenant, endpoint } = found;
  const isDeadOfTenant = filter.state === 'dead' && tenant !== null;
  const conditions = askedOf(found, isDeadOfTenant ? 'state' : 'endpoint');
  if (isDeadOfTenant) conditions.narrow(`d.tenant = ? AND d.state = ${states.dead}`, tenant);
  else if (endpoint !== null) conditions.narrow('d.endpoint = ?', endpoint);
  const { above, below } = positionBounds(context.db, found.page);
  conditions.narrow('d.position > ? AND d.position < ?', above, below);
  return { conditions, ...byDelivery };
}

function sourceOfEvents(context: ReadContext, found: Found, tenant: number): Source {
  const { above, below } = positionBounds(context.db, found.page);
  const conditions = askedOf(found, 'tenant');
  conditions.ask(isNoReplay);
  // Asked, not narrowed: as a range it would be read once more for each event.
  conditions.ask('d.position > ? AND d.position < ?', above, below);
  conditions.narrow('e.tenant = ? AND e.position < ?', tenant, below);
  conditions.narrow('e.position > ?', eventBefore(context, above));
  return { conditions, ...byEvent };
}

function sourceOfReplays(context: ReadContext, found: Found, tenant: number): Source {
  const { above, below } = positionBounds(context.db, found.page);
  const conditions = askedOf(found, 'tenant');
  conditions.narrow('d.tenant = ? AND d.is_replay = 1', tenant);
  conditions.narrow('d.position > ? AND d.position < ?', above, below);
  return { conditions, ...byDelivery };
}

/** What each row is asked, besides what it was found by. */
function askedOf({ filter, endpoint }: Found, by: string): Conditions {
  const conditions = new Conditions();
  if (filter.state !== undefined && by !== 'state') {
    conditions.ask('d.state = ?', states[filter.state]);
  }
  if (endpoint !== null && by !== 'endpoint') conditions.ask('d.endpoint = ?', endpoint);
  return conditions;
}

/** The deliveries above a position may belong to an event below it. */
function eventBefore({ db }: ReadContext, position: number): number {
  const row = db.get<{ position: number }>(
    'SELECT position FROM events WHERE position <= ? ORDER BY position DESC LIMIT 1',
    position,
  );
  return (row?.position ?? 0) - 1;
}

function read(context: ReadContext, position: number): Delivery {
  const row = context.db.get<JoinedDeliveryRow>(
    `${selectDeliveries} WHERE d.position = ?`,
    position,
  );
  if (row === null) throw new Error(`delivery ${position} left while it was read`);
  return toDelivery(row, context);
}
