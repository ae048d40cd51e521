import { readDetail } from '../../../core/attempt-detail.ts';
import type { AttemptError, StoredAttempt } from '../../../core/attempt.ts';
import type {
  AttemptId,
  DeliveryId,
  EndpointId,
  EventId,
  Position,
  TenantId,
} from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';
import type { Names } from './names.ts';

/** An attempt with what it takes from its delivery and its event. */
export type AttemptRow = {
  position: number;
  id: StoredId;
  tenant: number;
  type: number;
  endpoint: number;
  number: number;
  started_at: number;
  latency_ms: number;
  has_succeeded: number;
  status_code: number | null;
  error: string | null;
  detail: string;
  body: Uint8Array | null;
  delivery_id: StoredId;
  event_id: StoredId;
};

/** Selects {@link AttemptRow}s; add WHERE on `a`, the attempt. */
export const selectAttempts =
  'SELECT a.*, d.id AS delivery_id, e.id AS event_id FROM attempts a ' +
  'CROSS JOIN deliveries d ON d.position = a.delivery CROSS JOIN events e ON e.position = a.event';

export function toStoredAttempt(row: AttemptRow, names: Names): StoredAttempt {
  return {
    id: unpackId('attempt', row.id) as AttemptId,
    position: row.position as Position,
    tenantId: names.text(row.tenant) as TenantId,
    deliveryId: unpackId('delivery', row.delivery_id) as DeliveryId,
    eventId: unpackId('event', row.event_id) as EventId,
    eventType: names.text(row.type),
    endpointId: names.text(row.endpoint) as EndpointId,
    number: row.number,
    startedAt: row.started_at as Instant,
    latencyMs: row.latency_ms,
    status: row.has_succeeded === 1 ? 'succeeded' : 'failed',
    statusCode: row.status_code,
    error: row.error as AttemptError | null,
    ...readDetail(row.detail, row.body),
  };
}
