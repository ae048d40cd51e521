import type { StoredEvent } from '../../core/event.ts';
import { isJsonType } from '../../core/json-type.ts';
import type { EventSummary } from '../../store/finder.ts';
import { instantText, instantTextOrNull } from '../instant-text.ts';

/** An event as lists show it. */
export function eventSummaryView(event: EventSummary) {
  const { id, tenantId, type, contentType, dataBytes } = event;
  const { source, key, entity, correlationId, causationId, hops, metadata, ceId } = event;
  return {
    id,
    tenantId,
    type,
    contentType,
    dataBytes,
    time: instantText(event.time),
    createdAt: instantText(event.acceptedAt),
    source,
    key,
    entity,
    correlationId,
    causationId,
    hops,
    metadata,
    ceId,
    dataErasedAt: instantTextOrNull(event.dataErasedAt ?? null),
  };
}

/** An event as JSON text in which its data stands byte for byte as it was published. */
export function eventText(event: StoredEvent): string {
  const summary = eventSummaryView({ ...event, dataBytes: event.data.length });
  return withMember(summary, dataMember(event));
}

/** A payload as a member of an object, named `data` when it is JSON, else `dataBase64`. */
export function dataMember({ data, contentType }: Pick<StoredEvent, 'data' | 'contentType'>) {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!isJsonType(contentType)) return `"dataBase64":"${bytes.toString('base64')}"`;
  return `"data":${bytes.length === 0 ? 'null' : bytes.toString('utf8')}`;
}

/** An object as JSON text with one more member, given as text. */
export function withMember(object: Record<string, unknown>, member: string): string {
  return `${JSON.stringify(object).slice(0, -1)},${member}}`;
}
