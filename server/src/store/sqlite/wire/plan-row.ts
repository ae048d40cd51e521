import { fromEventRow, toEventRow } from '../../../core/event-row.ts';
import type { EventRow } from '../../../core/event-row.ts';
import type { PlannedDelivery, PlannedEvent } from '../../queue.ts';
import { spanOf } from '../../../core/bytes-block.ts';
import type { BlockWriter, Span } from '../../../core/bytes-block.ts';

/** A planned event as a flat row; see `core/event-row.ts` for why. */
export type PlanRow = readonly [
  event: EventRow,
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
  return [
    toEventRow(plan.event, block),
    plan.planId,
    plan.isCallersId,
    plan.catalogueVersion,
    plan.deliveries.map(toDeliveryRow),
    plan.writes.length === 0 ? null : plan.writes,
    idempotencyRow(plan.idempotency, block),
  ];
}

export function fromPlanRow(row: PlanRow, block: Uint8Array): PlannedEvent {
  const [event, planId, isCallersId, catalogueVersion, deliveries, writes, kept] = row;
  return {
    event: fromEventRow(event, block),
    planId,
    isCallersId,
    catalogueVersion,
    deliveries: deliveries.map(fromDeliveryRow),
    writes: writes ?? [],
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

function idempotencyRow(kept: PlannedEvent['idempotency'], block: BlockWriter): PlanRow[6] {
  if (kept === null) return null;
  const { body, ...rest } = kept;
  return [rest, block.add(body)];
}
