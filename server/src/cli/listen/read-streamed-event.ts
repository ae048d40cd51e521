import type { EventId, Position, TenantId } from '../../core/ids.ts';
import type { StoredEvent } from '../../core/event.ts';
import { instant } from '../../core/instant.ts';
import { isJsonType } from '../../core/json-type.ts';
import type { JsonObject } from '../../core/json.ts';
import { sliceMembers } from '../../core/json-slice.ts';

type Shown = Omit<StoredEvent, 'data' | 'time' | 'acceptedAt' | 'position'> & {
  readonly id: EventId;
  readonly tenantId: TenantId;
  readonly metadata: JsonObject | null;
  readonly time: string;
  readonly createdAt: string;
  readonly dataBytes: number;
  readonly dataBase64?: string;
};

/** An event as the API shows it; whether its data has the very bytes that were published. */
export type StreamedEvent = { readonly event: StoredEvent; readonly isExact: boolean };

/** Reads an event, its data byte for byte, from the text in which the API shows it. */
export function readStreamedEvent(text: string): StreamedEvent {
  const shown = JSON.parse(text) as Shown;
  const data = dataOf(shown, Buffer.from(text));
  const { time, createdAt, dataBytes } = shown;
  const event = {
    ...fieldsOf(shown),
    ...{ data, time: instant(Date.parse(time)), acceptedAt: instant(Date.parse(createdAt)) },
    position: 0 as Position,
  };
  // A carriage return between parts of JSON is a line end to a stream, which brings back another.
  return { event, isExact: data.length === dataBytes };
}

function fieldsOf(shown: Shown) {
  const { id, tenantId, type, contentType, source, key, entity } = shown;
  const { correlationId, causationId, hops, metadata, ceId } = shown;
  const chain = { correlationId, causationId, hops };
  return { id, tenantId, type, contentType, source, key, entity, ...chain, metadata, ceId };
}

function dataOf({ contentType, dataBytes, dataBase64 = '' }: Shown, bytes: Buffer): Uint8Array {
  if (!isJsonType(contentType)) return Buffer.from(dataBase64, 'base64');
  const sliced = sliceMembers(bytes, ['data']);
  const range = sliced.is === 'ok' ? sliced.members.get('data') : undefined;
  if (range === undefined || dataBytes === 0) return Buffer.alloc(0);
  return bytes.subarray(range.start, range.end);
}
