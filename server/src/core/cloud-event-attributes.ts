import type { Event } from './event.ts';
import { isJsonType } from './json-type.ts';
import type { Json } from './json.ts';

/** The type of an entity that a CloudEvent's `subject` names when nothing else is said. */
export const subjectEntityType = 'subject';

/** Attributes in the order in which they are sent. */
export type CloudEventAttributes = ReadonlyMap<string, string | number | boolean>;

type Described = Omit<Event, 'data'> & { readonly data: { readonly length: number } };

/**
 * An event as the attributes of a CloudEvent. One that came as a CloudEvent has its own id and
 * extensions again; metadata of others is not sent anywhere. Without a source it is its tenant's.
 */
export function cloudEventAttributes(event: Described): CloudEventAttributes {
  const { id, ceId, type, time, source, tenantId, entity, key, contentType } = event;
  const attributes = new Map<string, string | number | boolean>([
    ['specversion', '1.0'],
    ['id', ceId ?? id],
    ['source', source === null ? `/posthorn/${tenantId}` : uriReference(source)],
    ['type', type],
    ['time', new Date(time).toISOString()],
  ]);
  if (entity !== null) attributes.set('subject', entity.id);
  if (hasData(event)) attributes.set('datacontenttype', contentType);
  if (key !== null) attributes.set('partitionkey', key);
  if (entity !== null && entity.type !== subjectEntityType) {
    attributes.set('entitytype', entity.type);
  }
  for (const [name, value] of extensionsOf(event)) {
    if (!attributes.has(name)) attributes.set(name, value);
  }
  return attributes;
}

/** Whether there is a payload: JSON without a byte is how an event has none. */
export function hasData({ data, contentType }: Described): boolean {
  return data.length > 0 || !isJsonType(contentType);
}

/** What may not stand in a URI reference is percent-encoded; what is encoded already stays. */
function uriReference(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/gu, encodeURIComponent);
}

function extensionsOf({ ceId, metadata }: Described): [string, string | number | boolean][] {
  if (ceId === null || metadata === null) return [];
  return Object.entries(metadata).flatMap(([name, value]) =>
    /^[a-z0-9]+$/.test(name) && isScalar(value) ? [[name, value]] : [],
  );
}

function isScalar(value: Json): value is string | number | boolean {
  return value !== null && typeof value !== 'object';
}
