import type { Event } from '../../../core/event.ts';
import type { PlannedDelivery, PlannedEvent } from '../../queue.ts';
import { spanOf } from '../../../core/bytes-block.ts';
import type { BlockWriter, Span } from '../../../core/bytes-block.ts';

/**
 * A planned event as a flat row. Between threads a row of plain values costs a quarter of the same
 * values in nested objects: names are not written, and no shapes are rebuilt.
 */
export type PlanRow = readonly [
  id: Event['id'],
  tenantId: Event['tenantId'],
  type: string,
  data: Span,
  contentType: string,
  time: Event['time'],
  acceptedAt: Event['acceptedAt'],
  source: string | null,
  key: string | null,
  entity: Event['entity'],
  correlationId: string,
  causationId: string | null,
  hops: number,
  metadata: Event['metadata'],
  ceId: string | null,
  planId: string,
  isCallersId: boolean,
  catalogueVersion: number,
  deliveries: readonly DeliveryRow[],
  writes: PlannedEvent['writes'] | null,
  idempotency: readonly [Omit<NonNullable<PlannedEvent['idempotency']>, 'body'>, Span] | null,
];

type DeliveryRow = readonly [
  id: PlannedDelivery['id'],
  endpointId: PlannedDelivery['endpointId'],
  subscriptionId: PlannedDelivery['subscriptionId'],
  dueAt: PlannedDelivery['dueAt'],
  orderKey: string | null,
  isReplay: boolean,
  callback: PlannedDelivery['callback'] | null,
];

export function toPlanRow(plan: PlannedEvent, block: BlockWriter): PlanRow {
  const { event } = plan;
  return [
    event.id,
    event.tenantId,
    event.type,
    block.add(event.data),
    event.contentType,
    event.time,
    event.acceptedAt,
    event.source,
    event.key,
    event.entity,
    event.correlationId,
    event.causationId,
    event.hops,
    event.metadata,
    event.ceId,
    plan.planId,
    plan.isCallersId,
    plan.catalogueVersion,
    plan.deliveries.map(toDeliveryRow),
    plan.writes.length === 0 ? null : plan.writes,
    idempotencyRow(plan.idempotency, block),
  ];
}

export function fromPlanRow(row: PlanRow, block: Uint8Array): PlannedEvent {
  const [id, tenantId, type, data, contentType, time, acceptedAt, source, key, entity] = row;
  const [, , , , , , , , , , correlationId, causationId, hops, metadata, ceId] = row;
  const kept = row[20];
  return {
    event: {
      id,
      tenantId,
      type,
      data: spanOf(block, data),
      contentType,
      time,
      acceptedAt,
      source,
      key,
      entity,
      correlationId,
      causationId,
      hops,
      metadata,
      ceId,
    },
    planId: row[15],
    isCallersId: row[16],
    catalogueVersion: row[17],
    deliveries: row[18].map(fromDeliveryRow),
    writes: row[19] ?? [],
    idempotency: kept === null ? null : { ...kept[0], body: spanOf(block, kept[1]) },
  };
}

function toDeliveryRow(planned: PlannedDelivery): DeliveryRow {
  const { id, endpointId, subscriptionId, dueAt, orderKey, isReplay, callback } = planned;
  return [id, endpointId, subscriptionId, dueAt, orderKey, isReplay, callback ?? null];
}

function fromDeliveryRow(row: DeliveryRow): PlannedDelivery {
  const [id, endpointId, subscriptionId, dueAt, orderKey, isReplay, callback] = row;
  const planned = { id, endpointId, subscriptionId, dueAt, orderKey, isReplay };
  return callback ? { ...planned, callback } : planned;
}

function idempotencyRow(kept: PlannedEvent['idempotency'], block: BlockWriter): PlanRow[20] {
  if (kept === null) return null;
  const { body, ...rest } = kept;
  return [rest, block.add(body)];
}
