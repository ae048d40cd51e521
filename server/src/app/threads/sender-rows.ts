import type { Outcome } from '../../core/attempt.ts';
import { spanOf } from '../../core/bytes-block.ts';
import type { BlockWriter, Span } from '../../core/bytes-block.ts';
import { fromEventRow, toEventRow } from '../../core/event-row.ts';
import type { EventRow } from '../../core/event-row.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { AttemptId, Position } from '../../core/ids.ts';
import type { SendOrder, SendResult } from '../../destinations/destination.ts';
import type { EndpointRef } from './sender-protocol.ts';

/** A stored event: its position, and the rest as a row. */
export type StoredEventRow = readonly [position: Position, event: EventRow];

/** An order that names its event and its endpoint. */
export type OrderRow = readonly [
  attemptId: AttemptId,
  deliveryId: SendOrder['deliveryId'],
  eventPosition: StoredEvent['position'],
  endpoint: EndpointRef,
  endpointVersion: number,
  isOneOff: boolean,
  number: number,
  isReplay: boolean,
  dueAt: SendOrder['dueAt'],
  startedAt: SendOrder['startedAt'],
  trace: SendOrder['trace'] | null,
  /** Only where there is something to say. */
  more?: OrderMore,
];

/** What few orders have: data of their own, that they stand for others, and a token. */
type OrderMore = readonly [
  ownEvent: EventRow | null,
  supersededCount: number,
  ackToken: string | null,
];

/** A result; an answer without `Retry-After` is its status alone. */
export type ResultRow = readonly [
  attemptId: AttemptId,
  outcome: number | Outcome,
  latencyMs: number,
  detail: string,
  answerBody: Span | null,
];

export function fromStoredEventRow(
  [position, row]: StoredEventRow,
  block: Uint8Array,
): StoredEvent {
  return { ...fromEventRow(row, block), position };
}

export function toOrderRow(order: SendOrder, endpoint: EndpointRef, block: BlockWriter): OrderRow {
  const row = toPlainRow(order, endpoint);
  const { hasOwnData, supersededCount, ackToken } = order;
  if (hasOwnData !== true && supersededCount === undefined && ackToken === undefined) return row;
  const ownEvent = hasOwnData === true ? toEventRow(order.event, block) : null;
  const [a, b, c, d, e, f, g, h, i, j, k] = row;
  return [a, b, c, d, e, f, g, h, i, j, k, [ownEvent, supersededCount ?? 0, ackToken ?? null]];
}

function toPlainRow(order: SendOrder, endpoint: EndpointRef): OrderRow {
  return [
    order.attemptId,
    order.deliveryId,
    order.event.position,
    endpoint,
    order.endpointVersion,
    order.isOneOff,
    order.number,
    order.isReplay,
    order.dueAt,
    order.startedAt,
    order.trace ?? null,
  ];
}

export function fromOrderRow(
  row: OrderRow,
  { event, endpoint }: Pick<SendOrder, 'event' | 'endpoint'>,
): SendOrder {
  const [attemptId, deliveryId, , , endpointVersion, isOneOff, number] = row;
  const [, , , , , , , isReplay, dueAt, startedAt, trace, more] = row;
  const order: SendOrder = {
    attemptId,
    deliveryId,
    event,
    endpoint,
    endpointVersion,
    isOneOff,
    number,
    isReplay,
    dueAt,
    startedAt,
  };
  const traced = trace ? { ...order, trace } : order;
  return more === undefined ? traced : { ...traced, ...fromMore(more) };
}

function fromMore([ownEvent, supersededCount, ackToken]: OrderMore): Partial<SendOrder> {
  return {
    ...(ownEvent === null ? {} : { hasOwnData: true }),
    ...(supersededCount === 0 ? {} : { supersededCount }),
    ...(ackToken === null ? {} : { ackToken }),
  };
}

/** The event that an order brings itself; null when its position names it. */
export function ownEventOf(row: OrderRow, block: Uint8Array): StoredEvent | null {
  const [, , position, , , , , , , , , more] = row;
  const [ownEvent = null] = more ?? [];
  return ownEvent === null ? null : { ...fromEventRow(ownEvent, block), position };
}

export function toResultRow(
  attemptId: AttemptId,
  { outcome, latencyMs, detail, answerBody }: SendResult,
  block: BlockWriter,
): ResultRow {
  const isPlain = outcome.kind === 'answered' && outcome.retryAfterMs === null;
  const seen = isPlain ? outcome.status : outcome;
  return [attemptId, seen, latencyMs, detail, answerBody && block.add(answerBody)];
}

export function fromResultRow(row: ResultRow, block: Uint8Array): SendResult {
  const [, seen, latencyMs, detail, body] = row;
  const outcome: Outcome =
    typeof seen === 'number' ? { kind: 'answered', status: seen, retryAfterMs: null } : seen;
  return { outcome, latencyMs, detail, answerBody: body && spanOf(block, body) };
}
