import type { EndpointId } from '../../../core/ids.ts';
import type { ChangeAnswer, DeliveryReport, DeliveryReported } from '../../queue.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Asked } from '../verbs.ts';
import type { ReadContext, WriteContext } from './context.ts';
import { nextPosition, tenantKey } from './context.ts';
import { selectDeliveries, states, toPendingDelivery, toState } from './delivery-row.ts';
import type { DeliveryRow, JoinedDeliveryRow } from './delivery-row.ts';
import { packId } from './id-blob.ts';
import { moveDelivery } from './record.ts';

/** Moves a delivery as its receiver reports, unless it is no longer as the report found it. */
export function report(context: WriteContext, asked: DeliveryReport): ChangeAnswer {
  const { db, names } = context;
  const tenant = tenantKey(context, asked.tenantId);
  const delivery = tenant === null ? null : find(context, tenant, asked);
  if (delivery === null) return { is: 'unknown' };
  if (delivery.state !== states.pending) return { is: 'refused', state: toState(delivery) };
  if (delivery.attempt_count !== asked.attemptCount) return { is: 'overtaken' };
  const { at, next, failingSince } = asked;
  const moved = moveDelivery(context, delivery, { at, next, failingSince });
  const position = nextPosition(context);
  db.run(`INSERT INTO changes VALUES (?, ?, 'report', ?)`, position, delivery.position, at);
  db.run(
    'INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?)',
    position,
    delivery.position,
    asked.report.kind,
    asked.report.number,
    at,
    asked.report.note,
  );
  const row = db.get<JoinedDeliveryRow>(
    `${selectDeliveries} WHERE d.position = ?`,
    delivery.position,
  );
  return {
    is: 'changed',
    endpointId: names.text(delivery.endpoint) as EndpointId,
    delivery: row !== null && row.state === states.pending ? toPendingDelivery(row, context) : null,
    promoted: moved.promoted,
  };
}

/** What was reported of a delivery, newest first. */
export function listReports(
  context: ReadContext,
  { tenantId, deliveryId, limit }: Asked<'reports'>,
): DeliveryReported[] {
  const tenant = tenantKey(context, tenantId);
  if (tenant === null) return [];
  const rows = context.db.all<{ kind: string; number: number; at: number; note: string | null }>(
    `SELECT r.kind, r.number, r.at, r.note FROM deliveries d
      CROSS JOIN reports r ON r.delivery = d.position
      WHERE d.id = ? AND d.tenant = ? ORDER BY r.position DESC LIMIT ?`,
    packId('delivery', deliveryId),
    tenant,
    limit,
  );
  return rows.map(({ kind, at, ...rest }) => ({
    ...rest,
    kind: kind as DeliveryReported['kind'],
    at: at as Instant,
  }));
}

function find(
  { db }: WriteContext,
  tenant: number,
  { deliveryId }: DeliveryReport,
): DeliveryRow | null {
  return db.get<DeliveryRow>(
    'SELECT * FROM deliveries WHERE id = ? AND tenant = ?',
    packId('delivery', deliveryId),
    tenant,
  );
}
