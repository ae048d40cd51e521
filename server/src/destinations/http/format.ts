import type { BodyFormat } from '../../core/endpoint.ts';
import type { Event } from '../../core/event.ts';
import { isJsonType } from '../../core/json-type.ts';
import { a2aBody } from './a2a-body.ts';
import { binaryCloudEvent, structuredCloudEvent } from './cloud-event-body.ts';
import { safeContentType } from '../../core/safe-content-type.ts';

/** A body ready to be signed and sent. */
export type FormattedBody = {
  readonly bytes: Uint8Array;
  /** Null when there is nothing to have a type. */
  readonly contentType: string | null;
  /** Header lines that belong to the format, flat: name, value, name, value … */
  readonly headers?: readonly string[];
};

const json = 'application/json';

/**
 * Makes the body of an event.
 *
 * `standard` wraps the data, byte for byte, as `{"type","timestamp","data"}`. `flat` puts `event`
 * before the data's own fields and `timestamp` after them when they have none; data that is no
 * object, or that has a field `event` of its own, goes under `data`. `raw` sends data and content
 * type as they came. In the first two, data that is not JSON becomes a JSON string: its text when
 * it is UTF-8, else its base64. `cloudevents` is a CloudEvent 1.0 in binary mode,
 * `cloudevents-structured` one in the JSON format. `a2a` is a push notification of A2A 1.0.
 */
export function formatBody(event: Event, format: BodyFormat): FormattedBody {
  switch (format) {
    case 'standard':
      return { bytes: standardBody(event), contentType: json };
    case 'flat':
      return { bytes: flatBody(event), contentType: json };
    case 'raw':
      return { bytes: event.data, contentType: safeContentType(event.contentType) };
    case 'cloudevents':
      return binaryCloudEvent(event);
    case 'cloudevents-structured':
      return structuredCloudEvent(event);
    case 'a2a':
      return a2aBody(event);
    default:
      return format satisfies never;
  }
}

function standardBody(event: Event): Uint8Array {
  const head = `{"type":${JSON.stringify(event.type)},"timestamp":"${timestampOf(event)}","data":`;
  return joined(head, jsonOf(event), '}');
}

function flatBody(event: Event): Uint8Array {
  const head = `{"event":${JSON.stringify(event.type)},`;
  const timestamp = `"timestamp":"${timestampOf(event)}"`;
  const fields = isJsonType(event.contentType) ? fieldsOf(event.data) : null;
  if (fields === null) return joined(`${head}"data":`, jsonOf(event), `,${timestamp}}`);
  if (fields.names.length === 0) return joined(head, new Uint8Array(), `${timestamp}}`);
  return joined(head, fields.inner, fields.names.includes('timestamp') ? '}' : `,${timestamp}}`);
}

/** The inside of an object's braces, untouched, and its names; null when it cannot be spread. */
function fieldsOf(data: Uint8Array): { inner: Uint8Array; names: string[] } | null {
  const bytes = asBuffer(data);
  const value: unknown = parsed(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const names = Object.keys(value);
  if (names.includes('event')) return null;
  return { inner: bytes.subarray(bytes.indexOf('{') + 1, bytes.lastIndexOf('}')), names };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // What its publisher called JSON and is not goes under `data` like any other text.
    return null;
  }
}

function jsonOf({ data, contentType }: Event): Uint8Array {
  if (!isJsonType(contentType)) return Buffer.from(JSON.stringify(textOf(data)), 'utf8');
  return data.length === 0 ? Buffer.from('null') : data;
}

function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return asBuffer(data).toString('base64');
  }
}

function timestampOf({ time }: Event): string {
  return new Date(time).toISOString();
}

function joined(head: string, middle: Uint8Array, tail: string): Uint8Array {
  const headBytes = Buffer.byteLength(head);
  const bytes = Buffer.allocUnsafe(headBytes + middle.length + Buffer.byteLength(tail));
  bytes.write(head, 0);
  bytes.set(middle, headBytes);
  bytes.write(tail, headBytes + middle.length);
  return bytes;
}

function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
