import type { Outcome } from '../../core/attempt.ts';
import { spanOf } from '../../core/bytes-block.ts';
import type { BlockWriter, Span } from '../../core/bytes-block.ts';
import type { StoredEvent } from '../../core/event.ts';
import type { AttemptId } from '../../core/ids.ts';
import type { SendOrder, SendResult } from '../../destinations/destination.ts';
import type { EndpointRef } from './sender-protocol.ts';

/** An event as a flat row: between threads plain values in a row cost a quarter of an object. */
export type EventRow = readonly [
  position: StoredEvent['position'],
  id: StoredEvent['id'],
  tenantId: StoredEvent['tenantId'],
  type: string,
  data: Span,
  contentType: string,
  time: StoredEvent['time'],
  acceptedAt: StoredEvent['acceptedAt'],
  source: string | null,
  key: string | null,
  entity: StoredEvent['entity'],
  correlationId: string,
  causationId: string | null,
  hops: number,
  metadata: StoredEvent['metadata'],
  ceId: string | null,
];

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
];

/** A result; an answer without `Retry-After` is its status alone. */
export type ResultRow = readonly [
  attemptId: AttemptId,
  outcome: number | Outcome,
  latencyMs: number,
  detail: string,
  answerBody: Span | null,
];

export function toEventRow(event: StoredEvent, block: BlockWriter): EventRow {
  return [
    event.position,
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
  ];
}

export function fromEventRow(row: EventRow, block: Uint8Array): StoredEvent {
  const [position, id, tenantId, type, data, contentType, time, acceptedAt, source, key] = row;
  const [, , , , , , , , , , entity, correlationId, causationId, hops, metadata, ceId] = row;
  return {
    position,
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
  };
}

export function toOrderRow(order: SendOrder, endpoint: EndpointRef): OrderRow {
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
  ];
}

export function fromOrderRow(
  row: OrderRow,
  { event, endpoint }: Pick<SendOrder, 'event' | 'endpoint'>,
): SendOrder {
  const [attemptId, deliveryId, , , endpointVersion, isOneOff, number] = row;
  const [, , , , , , , isReplay, dueAt, startedAt] = row;
  return {
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
