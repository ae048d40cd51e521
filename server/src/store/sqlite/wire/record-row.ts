import type { Attempt } from '../../../core/attempt.ts';
import type { AttemptRecord } from '../../queue.ts';
import { spanOf } from '../../../core/bytes-block.ts';
import type { BlockWriter, Span } from '../../../core/bytes-block.ts';

/** A record as a flat row; see `core/event-row.ts` for why. */
export type RecordRow = readonly [
  tenantId: AttemptRecord['tenantId'],
  deliveryId: AttemptRecord['deliveryId'],
  deliveryPosition: AttemptRecord['deliveryPosition'],
  endpointId: AttemptRecord['endpointId'],
  shardNumber: number,
  epoch: number,
  attemptCount: number,
  at: AttemptRecord['at'],
  failingSince: AttemptRecord['failingSince'],
  next: AttemptRecord['next'] | null,
  health: AttemptRecord['health'],
  disables: AttemptRecord['disables'],
  attempt: AttemptRow | null,
];

/** What an attempt has besides what its record says already. */
type AttemptRow = readonly [
  id: Attempt['id'],
  eventId: Attempt['eventId'],
  eventType: string,
  number: number,
  startedAt: Attempt['startedAt'],
  latencyMs: number,
  status: Attempt['status'],
  statusCode: number | null,
  error: Attempt['error'],
  detail: string,
  answerBody: Span | null,
];

export function toRecordRow(record: AttemptRecord, block: BlockWriter): RecordRow {
  const { held, attempt, next } = record;
  return [
    record.tenantId,
    record.deliveryId,
    record.deliveryPosition,
    record.endpointId,
    held.shard.number,
    held.epoch,
    record.attemptCount,
    record.at,
    record.failingSince,
    next.is === 'delivered' ? null : next,
    record.health,
    record.disables,
    attempt === null ? null : toAttemptRow(attempt, block),
  ];
}

export function fromRecordRow(row: RecordRow, block: Uint8Array): AttemptRecord {
  const [tenantId, deliveryId, deliveryPosition, endpointId, number, epoch, attemptCount] = row;
  const [, , , , , , , at, failingSince, next, health, disables, attempt] = row;
  return {
    tenantId,
    deliveryId,
    deliveryPosition,
    endpointId,
    attemptCount,
    at,
    failingSince,
    held: { shard: { cell: 0, number }, epoch },
    next: next ?? { is: 'delivered' },
    health,
    disables,
    attempt: attempt && fromAttemptRow(attempt, block, { tenantId, deliveryId, endpointId }),
  };
}

function toAttemptRow(attempt: Attempt, block: BlockWriter): AttemptRow {
  return [
    attempt.id,
    attempt.eventId,
    attempt.eventType,
    attempt.number,
    attempt.startedAt,
    attempt.latencyMs,
    attempt.status,
    attempt.statusCode,
    attempt.error,
    attempt.detail,
    attempt.answerBody && block.add(attempt.answerBody),
  ];
}

function fromAttemptRow(
  row: AttemptRow,
  block: Uint8Array,
  of: Pick<Attempt, 'tenantId' | 'deliveryId' | 'endpointId'>,
): Attempt {
  const [id, eventId, eventType, number, startedAt, latencyMs, status, statusCode] = row;
  const [, , , , , , , , error, detail, body] = row;
  return {
    id,
    tenantId: of.tenantId,
    deliveryId: of.deliveryId,
    endpointId: of.endpointId,
    eventId,
    eventType,
    number,
    startedAt,
    latencyMs,
    status,
    statusCode,
    error,
    detail,
    answerBody: body && spanOf(block, body),
  };
}
