import type { StoredEvent } from '../../../core/event.ts';
import type { EventId, Position, TenantId } from '../../../core/ids.ts';
import type { Instant } from '../../../core/instant.ts';
import type { JsonObject } from '../../../core/json.ts';
import { traceOfText } from '../../../core/trace-context.ts';
import type { EventSummary } from '../../finder.ts';
import { unpackId } from './id-blob.ts';
import type { StoredId } from './id-blob.ts';
import type { Names } from './names.ts';

/** The columns of an event but its payload. */
export type EventRow = {
  position: number;
  id: StoredId;
  tenant: number;
  type: number;
  delivery_count: number;
  accepted_at: number;
  happened_at: number;
  plan: StoredId;
  correlation: StoredId | null;
  causation: StoredId | null;
  hops: number;
  source: string | null;
  key: string | null;
  entity_type: string | null;
  entity_id: string | null;
  content_type: string | null;
  ce_id: string | null;
  metadata: string | null;
  trace: string | null;
};

/** The names of those columns, as a list for SELECT. */
export const eventColumns =
  'position, id, tenant, type, delivery_count, accepted_at, happened_at, plan, correlation, ' +
  'causation, hops, source, key, entity_type, entity_id, content_type, ce_id, metadata, trace';

/** The content type that is stored as NULL, because nearly every event has it. */
export const usualContentType = 'application/json';

/** An event with its payload. */
export function toStoredEvent(row: EventRow & { data: Uint8Array }, names: Names): StoredEvent {
  return { ...eventFields(row, names), data: row.data };
}

/** An event without its payload. */
export function toEventSummary(row: EventRow & { data_bytes: number }, names: Names): EventSummary {
  return { ...eventFields(row, names), dataBytes: row.data_bytes };
}

function eventFields(row: EventRow, names: Names): Omit<StoredEvent, 'data'> {
  const id = unpackId('event', row.id);
  const trace = row.trace === null ? null : traceOfText(row.trace);
  return {
    id: id as EventId,
    position: row.position as Position,
    tenantId: names.text(row.tenant) as TenantId,
    type: names.text(row.type),
    contentType: row.content_type ?? usualContentType,
    time: row.happened_at as Instant,
    acceptedAt: row.accepted_at as Instant,
    source: row.source,
    key: row.key,
    entity: entityOf(row),
    correlationId: row.correlation === null ? id : unpackId('event', row.correlation),
    causationId: row.causation === null ? null : unpackId('event', row.causation),
    hops: row.hops,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as JsonObject),
    ceId: row.ce_id,
    ...(trace === null ? {} : { trace }),
  };
}

function entityOf({ entity_type: type, entity_id: id }: EventRow): StoredEvent['entity'] {
  return type === null || id === null ? null : { type, id };
}
