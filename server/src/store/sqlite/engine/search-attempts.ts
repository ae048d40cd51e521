import type { StoredAttempt } from '../../../core/attempt.ts';
import type { AttemptId, TenantId } from '../../../core/ids.ts';
import type { AttemptFilter } from '../../attempt-log.ts';
import type { Page, PageOf } from '../../page.ts';
import { selectAttempts, toStoredAttempt } from './attempt-row.ts';
import type { AttemptRow } from './attempt-row.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { findEndpointKey } from './find-delivery.ts';
import { deliveriesOf } from './deliveries-of.ts';
import { findEventRow } from './find-event.ts';
import { packId } from './id-blob.ts';
import { positionBounds } from './position-bounds.ts';
import { Conditions, scan } from './scan.ts';

/** One attempt by id; `tenantId` null looks in all tenants. */
export function findAttempt(
  context: ReadContext,
  { tenantId, id }: { tenantId: TenantId | null; id: AttemptId },
): StoredAttempt | null {
  const tenant = tenantId === null ? null : tenantKey(context, tenantId);
  if (tenantId !== null && tenant === null) return null;
  const row = context.db.get<AttemptRow>(
    `${selectAttempts} WHERE a.id = ? AND (?2 IS NULL OR a.tenant = ?2) LIMIT 1`,
    packId('attempt', id),
    tenant,
  );
  return row === null ? null : toStoredAttempt(row, context.names);
}

/** Attempts, newest first. */
export function searchAttempts(
  context: ReadContext,
  filter: AttemptFilter,
  page: Page,
): PageOf<StoredAttempt> {
  const conditions = conditionsOf(context, filter);
  if (conditions === null) return { rows: [], next: null };
  const { above, below } = positionBounds(context.db, page);
  // The attempts of an event are few and stand anywhere, so their deliveries lead to them.
  const isByDelivery = filter.eventId !== undefined || filter.deliveryId !== undefined;
  const index = isByDelivery ? 'INDEXED BY attempts_by_delivery' : '';
  conditions.narrow('a.position > ? AND a.position < ?', above, below);
  if (page.from !== undefined) conditions.ask('a.started_at >= ?', page.from);
  if (page.until !== undefined) conditions.ask('a.started_at < ?', page.until);
  const { positions, next } = scan(context.db, {
    sql:
      `SELECT a.position AS position, ${conditions.fits} AS fits FROM attempts a ${index} ` +
      `WHERE ${conditions.where} ORDER BY a.position DESC`,
    values: conditions.values,
    limit: page.limit,
  });
  return { rows: positions.map((position) => read(context, position)), next };
}

/** Null when a name in the filter stands for nothing. */
function conditionsOf(context: ReadContext, filter: AttemptFilter): Conditions | null {
  const conditions = new Conditions();
  const tenant = filter.tenantId === null ? null : tenantKey(context, filter.tenantId);
  if (filter.tenantId !== null && tenant === null) return null;
  const parts = [
    narrowByOwner(context, { conditions, filter, tenant }),
    askType(context, conditions, filter),
  ];
  if (parts.includes(false)) return null;
  if (filter.statusCode !== undefined) conditions.ask('a.status_code = ?', filter.statusCode);
  if (filter.error !== undefined) conditions.ask('a.error = ?', filter.error);
  return conditions;
}

type Narrowing = { conditions: Conditions; filter: AttemptFilter; tenant: number | null };

/** Reads by the narrowest of delivery, event, endpoint and tenant; false when there is none. */
function narrowByOwner(context: ReadContext, { conditions, filter, tenant }: Narrowing): boolean {
  const { deliveryId, eventId, endpointId } = filter;
  // A unary plus keeps a condition from choosing the index, where another one is narrower.
  const isNarrow = deliveryId !== undefined || eventId !== undefined || endpointId !== undefined;
  if (tenant !== null) conditions.narrow(isNarrow ? '+a.tenant = ?' : 'a.tenant = ?', tenant);
  if (filter.status !== undefined) {
    askStatus(conditions, filter.status, tenant !== null && !isNarrow);
  }
  if (endpointId !== undefined) {
    const endpoint = findEndpointKey(context, tenant, endpointId);
    if (endpoint === null) return false;
    const isNarrower = deliveryId !== undefined || eventId !== undefined;
    conditions.narrow(isNarrower ? '+a.endpoint = ?' : 'a.endpoint = ?', endpoint);
  }
  if (eventId !== undefined) {
    const event = findEventRow(context, tenant, eventId);
    if (event === null) return false;
    const delivery = deliveryId === undefined ? 'a.delivery' : '+a.delivery';
    const { text, values } = deliveriesOf(event);
    conditions.narrow(`${delivery} IN (${text})`, ...values);
  }
  return deliveryId === undefined || narrowByDelivery(context, conditions, deliveryId);
}

function narrowByDelivery(
  { db }: ReadContext,
  conditions: Conditions,
  deliveryId: string,
): boolean {
  const row = db.get<{ position: number }>(
    'SELECT position FROM deliveries WHERE id = ? LIMIT 1',
    packId('delivery', deliveryId),
  );
  if (row === null) return false;
  conditions.narrow('a.delivery = ?', row.position);
  return true;
}

/** The index of failed attempts is for a tenant's list; other lists are narrow by themselves. */
function askStatus(
  conditions: Conditions,
  status: 'succeeded' | 'failed',
  isOfTenant: boolean,
): void {
  const sql = `a.has_succeeded = ${status === 'succeeded' ? 1 : 0}`;
  if (status === 'failed' && isOfTenant) conditions.narrow(sql);
  else conditions.ask(sql);
}

function askType(
  { names }: ReadContext,
  conditions: Conditions,
  { eventType }: AttemptFilter,
): boolean {
  if (eventType === undefined) return true;
  const type = names.find('eventType', 0, eventType);
  if (type === null) return false;
  conditions.ask('a.type = ?', type);
  return true;
}

function read({ db, names }: ReadContext, position: number): StoredAttempt {
  const row = db.get<AttemptRow>(`${selectAttempts} WHERE a.position = ?`, position);
  if (row === null) throw new Error(`attempt ${position} left while it was read`);
  return toStoredAttempt(row, names);
}
