import type { Delivery } from '../../../core/delivery.ts';
import type { DeliveryFilter } from '../../finder.ts';
import type { Page, PageOf } from '../../page.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { selectDeliveries, states, toDelivery } from './delivery-row.ts';
import type { JoinedDeliveryRow } from './delivery-row.ts';
import { findEndpointKey } from './find-delivery.ts';
import { findEventRow } from './find-event.ts';
import { positionBounds } from './position-bounds.ts';
import type { PositionBounds } from './position-bounds.ts';
import { Conditions, scan } from './scan.ts';

/** Deliveries, newest first. */
export function listDeliveries(
  context: ReadContext,
  filter: DeliveryFilter,
  page: Page,
): PageOf<Delivery> {
  const source = sourceOf(context, filter, page);
  if (source === null) return { rows: [], next: null };
  const { conditions, tables, order } = source;
  if (page.from !== undefined) conditions.ask('e.accepted_at >= ?', page.from);
  if (page.until !== undefined) conditions.ask('e.accepted_at < ?', page.until);
  const { positions, next } = scan(context.db, {
    sql:
      `SELECT d.position AS position, ${conditions.fits} AS fits FROM ${tables} ` +
      `WHERE ${conditions.where} ORDER BY ${order}`,
    values: conditions.values,
    limit: page.limit,
  });
  return { rows: positions.map((position) => read(context, position)), next };
}

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

/** What to read and how; null when a name in the filter stands for nothing. */
function sourceOf(context: ReadContext, filter: DeliveryFilter, page: Page): Source | null {
  const tenant = filter.tenantId === null ? null : tenantKey(context, filter.tenantId);
  if (filter.tenantId !== null && tenant === null) return null;
  const { endpointId } = filter;
  const endpoint = endpointId === undefined ? null : findEndpointKey(context, tenant, endpointId);
  if (endpointId !== undefined && endpoint === null) return null;
  const bounds = boundsOf(context, { filter, page, tenant });
  if (bounds === null) return null;
  const conditions = new Conditions();
  return narrowed(context, { conditions, filter, tenant, endpoint, bounds });
}

type Narrowing = {
  conditions: Conditions;
  filter: DeliveryFilter;
  tenant: number | null;
  endpoint: number | null;
  bounds: PositionBounds;
};

/** Reads by event, a tenant's dead letters, endpoint or tenant, and asks each row the rest. */
function narrowed(context: ReadContext, narrowing: Narrowing): Source {
  const { conditions, filter, tenant, endpoint, bounds } = narrowing;
  const isOfEvent = filter.eventId !== undefined;
  const isDeadOfTenant = filter.state === 'dead' && tenant !== null && !isOfEvent;
  const isOfEndpoint = endpoint !== null && !isOfEvent && !isDeadOfTenant;
  if (isDeadOfTenant) {
    conditions.narrow(`d.tenant = ? AND d.state = ${states.dead}`, tenant);
  } else if (filter.state !== undefined) {
    conditions.ask('d.state = ?', states[filter.state]);
  }
  if (isOfEndpoint) conditions.narrow('d.endpoint = ?', endpoint);
  else if (endpoint !== null) conditions.ask('d.endpoint = ?', endpoint);
  if (tenant === null || isOfEvent || isDeadOfTenant || isOfEndpoint) {
    conditions.narrow('d.position > ? AND d.position < ?', bounds.above, bounds.below);
    return { conditions, ...byDelivery };
  }
  // Asked, not narrowed: as a range it would be read once more for each event.
  conditions.ask('d.position > ? AND d.position < ?', bounds.above, bounds.below);
  conditions.narrow('e.tenant = ? AND e.position < ?', tenant, bounds.below);
  conditions.narrow('e.position > ?', eventBefore(context, bounds.above));
  return { conditions, ...byEvent };
}

type Asked = { filter: DeliveryFilter; page: Page; tenant: number | null };

function boundsOf(context: ReadContext, { filter, page, tenant }: Asked): PositionBounds | null {
  const bounds = positionBounds(context.db, page);
  if (filter.eventId === undefined) return bounds;
  const event = findEventRow(context, tenant, filter.eventId);
  if (event === null) return null;
  return {
    above: Math.max(bounds.above, event.position),
    below: Math.min(bounds.below, event.position + event.delivery_count + 1),
  };
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
