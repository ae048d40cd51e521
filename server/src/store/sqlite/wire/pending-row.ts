import type { PendingDelivery } from '../../../core/delivery.ts';

/** A pending delivery as a flat row; see `core/event-row.ts` for why. */
export type PendingRow =
  | PlainRow
  /** One that stands for others. */
  | readonly [...PlainRow, merged: PendingDelivery['merged'] | null, supersededCount: number];

type PlainRow = readonly [
  id: PendingDelivery['id'],
  position: PendingDelivery['position'],
  tenantId: PendingDelivery['tenantId'],
  eventId: PendingDelivery['eventId'],
  eventPosition: PendingDelivery['eventPosition'],
  endpointId: PendingDelivery['endpointId'],
  subscriptionId: PendingDelivery['subscriptionId'],
  orderKey: string | null,
  isReplay: boolean,
  createdAt: PendingDelivery['createdAt'],
  firstDueAt: PendingDelivery['firstDueAt'],
  dueAt: PendingDelivery['dueAt'],
  attemptCount: number,
  budgetFrom: number,
  failingSince: PendingDelivery['failingSince'],
  callback: PendingDelivery['callback'] | null,
];

export function toPendingRow(from: PendingDelivery): PendingRow {
  const row = toPlainRow(from);
  const { merged, supersededCount } = from;
  const isPlain = merged === undefined && supersededCount === undefined;
  return isPlain ? row : [...row, merged ?? null, supersededCount ?? 0];
}

function toPlainRow(from: PendingDelivery): PlainRow {
  return [
    from.id,
    from.position,
    from.tenantId,
    from.eventId,
    from.eventPosition,
    from.endpointId,
    from.subscriptionId,
    from.orderKey,
    from.isReplay,
    from.createdAt,
    from.firstDueAt,
    from.dueAt,
    from.attemptCount,
    from.budgetFrom,
    from.failingSince,
    from.callback ?? null,
  ];
}

export function fromPendingRow(row: PendingRow): PendingDelivery {
  const [id, position, tenantId, eventId, eventPosition, endpointId, subscriptionId] = row;
  const [, , , , , , , orderKey, isReplay, createdAt, firstDueAt, dueAt] = row;
  const [, , , , , , , , , , , , attemptCount, budgetFrom, failingSince, callback] = row;
  const pending = {
    id,
    position,
    tenantId,
    eventId,
    eventPosition,
    endpointId,
    subscriptionId,
    orderKey,
    isReplay,
    createdAt,
    firstDueAt,
    dueAt,
    attemptCount,
    budgetFrom,
    failingSince,
  };
  const [, , , , , , , , , , , , , , , , merged, supersededCount] = row;
  if (!callback && supersededCount === undefined) return pending;
  return {
    ...pending,
    ...(callback ? { callback } : {}),
    ...(merged ? { merged } : {}),
    ...(supersededCount ? { supersededCount } : {}),
  };
}
