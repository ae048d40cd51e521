import { fromEventRow, toEventRow } from '../../../core/event-row.ts';
import type { EventRow } from '../../../core/event-row.ts';
import type { Coalescing, GuardedWrite, PlannedDelivery, PlannedEvent } from '../../queue.ts';
import { spanOf } from '../../../core/bytes-block.ts';
import type { BlockWriter, Span } from '../../../core/bytes-block.ts';

/** A planned event as a flat row; see `core/event-row.ts` for why. */
export type PlanRow = readonly [
  event: EventRow,
  planId: string,
  isCallersId: boolean,
  catalogueVersion: number,
  deliveries: readonly DeliveryRow[],
  writes: readonly WriteRow[] | null,
  idempotency: readonly [Omit<NonNullable<PlannedEvent['idempotency']>, 'body'>, Span] | null,
  replay: PlannedEvent['replay'] | null,
];

/** A guarded write, its bytes apart. */
type WriteRow = readonly [
  rest: Omit<GuardedWrite, 'note' | 'content'>,
  note: Span | null,
  content: Span | null,
];

type DeliveryRow = readonly [
  id: PlannedDelivery['id'],
  endpointId: PlannedDelivery['endpointId'],
  subscriptionId: PlannedDelivery['subscriptionId'],
  dueAt: PlannedDelivery['dueAt'],
  orderKey: string | null,
  isReplay: boolean,
  callback: PlannedDelivery['callback'] | null,
  coalescing?: Coalescing | undefined,
  isHeld?: true,
];

export function toPlanRow(plan: PlannedEvent, block: BlockWriter): PlanRow {
  return [
    toEventRow(plan.event, block),
    plan.planId,
    plan.isCallersId,
    plan.catalogueVersion,
    plan.deliveries.map(toDeliveryRow),
    plan.writes.length === 0 ? null : plan.writes.map((write) => toWriteRow(write, block)),
    idempotencyRow(plan.idempotency, block),
    plan.replay ?? null,
  ];
}

export function fromPlanRow(row: PlanRow, block: Uint8Array): PlannedEvent {
  const [event, planId, isCallersId, catalogueVersion, deliveries, writes, kept, replay] = row;
  return {
    event: fromEventRow(event, block),
    planId,
    isCallersId,
    catalogueVersion,
    deliveries: deliveries.map(fromDeliveryRow),
    writes: writes === null ? [] : writes.map((write) => fromWriteRow(write, block)),
    idempotency: kept === null ? null : { ...kept[0], body: spanOf(block, kept[1]) },
    ...(replay ? { replay } : {}),
  };
}

function toDeliveryRow(planned: PlannedDelivery): DeliveryRow {
  const { id, endpointId, subscriptionId, dueAt, orderKey, isReplay, callback } = planned;
  const { coalescing } = planned;
  const target = callback ?? null;
  if (planned.isHeld === true) {
    return [id, endpointId, subscriptionId, dueAt, orderKey, isReplay, target, coalescing, true];
  }
  return coalescing === undefined
    ? [id, endpointId, subscriptionId, dueAt, orderKey, isReplay, target]
    : [id, endpointId, subscriptionId, dueAt, orderKey, isReplay, target, coalescing];
}

function fromDeliveryRow(row: DeliveryRow): PlannedDelivery {
  const [id, endpointId, subscriptionId, dueAt, orderKey, isReplay, callback, coalescing, isHeld] =
    row;
  const planned = { id, endpointId, subscriptionId, dueAt, orderKey, isReplay };
  if (!callback && coalescing === undefined && isHeld === undefined) return planned;
  return {
    ...planned,
    ...(callback ? { callback } : {}),
    ...(coalescing === undefined ? {} : { coalescing }),
    ...(isHeld === undefined ? {} : { isHeld }),
  };
}

function toWriteRow({ note, content, ...rest }: GuardedWrite, block: BlockWriter): WriteRow {
  return [
    rest,
    note === undefined ? null : block.add(note),
    content === undefined ? null : block.add(content),
  ];
}

function fromWriteRow([rest, note, content]: WriteRow, block: Uint8Array): GuardedWrite {
  return {
    ...rest,
    ...(note === null ? {} : { note: spanOf(block, note) }),
    ...(content === null ? {} : { content: spanOf(block, content) }),
  };
}

function idempotencyRow(kept: PlannedEvent['idempotency'], block: BlockWriter): PlanRow[6] {
  if (kept === null) return null;
  const { body, ...rest } = kept;
  return [rest, block.add(body)];
}
