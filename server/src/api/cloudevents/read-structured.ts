import { AppError } from '../../core/app-error.ts';
import type { FieldError } from '../../core/app-error.ts';
import { parseAround, sliceList, sliceMembers } from '../../core/json-slice.ts';
import type { SlicedObject } from '../../core/json-slice.ts';
import { isJsonType } from '../../core/json-type.ts';
import type { Json } from '../../core/json.ts';
import type { NewEvent } from '../../ingest/new-event.ts';
import { sliceFailure } from '../read-json.ts';
import type { AttributeValue, CloudEvent } from './cloud-event.ts';
import { newEventOf } from './new-event-of.ts';

const sliced = ['data'];
const json = 'application/json';
const bytesType = 'application/octet-stream';

/** Reads one CloudEvent of the JSON format; `data` keeps its exact bytes. */
export function readStructured(raw: Buffer): NewEvent {
  const object = sliceMembers(raw, sliced);
  if (object.is === 'invalid') throw sliceFailure(object, raw);
  return newEventOf(cloudEventOf(raw, object, ''));
}

/** Reads a batch; one element that is wrong refuses the whole, so that its sender can act. */
export function readBatch(raw: Buffer): NewEvent[] {
  const list = sliceList(raw, sliced);
  if (list.is === 'invalid') throw sliceFailure(list, raw);
  return list.elements.map((element, index) => {
    if (element.is === 'invalid') throw within(sliceFailure(element, raw), `/${index}`);
    return newEventOf(cloudEventOf(raw, element, `/${index}`));
  });
}

function cloudEventOf(raw: Buffer, object: SlicedObject, place: string): CloudEvent {
  const around = parseAround(raw, object) as Record<string, Json>;
  const { data: _data, data_base64: base64 = null, ...rest } = around;
  const at = (name: string): string => (name === '' ? place : `${place}/${escaped(name)}`);
  const attributes = new Map<string, AttributeValue>();
  for (const [name, value] of Object.entries(rest)) {
    // The format lets an attribute that is not set be null.
    if (value !== null) attributes.set(name, scalar(value, at(name)));
  }
  const given = attributes.get('datacontenttype');
  const declared = typeof given === 'string' ? given : null;
  const range = object.members.get('data');
  if (range !== undefined && base64 !== null) throw invalid(at('data_base64'), 'is beside data');
  if (base64 !== null) {
    const data = decoded(base64, at('data_base64'));
    return { attributes, data, contentType: declared ?? bytesType, at };
  }
  const contentType = declared ?? json;
  if (range === undefined) {
    return { attributes, data: Buffer.alloc(0), contentType: declared, at };
  }
  const bytes = raw.subarray(range.start, range.end);
  return { attributes, data: isJsonType(contentType) ? bytes : textBytes(bytes), contentType, at };
}

/** Data of another type than JSON is a JSON string of its text; anything else stays as it is. */
function textBytes(bytes: Buffer): Buffer {
  const value: unknown = bytes[0] === quote ? JSON.parse(bytes.toString('utf8')) : null;
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : bytes;
}

const quote = 0x22;

function decoded(base64: Json, pointer: string): Buffer {
  if (typeof base64 !== 'string') throw invalid(pointer, 'must be a text');
  const data = Buffer.from(base64, 'base64');
  if (data.toString('base64') !== base64) throw invalid(pointer, 'must be base64 with its padding');
  return data;
}

function scalar(value: Json, pointer: string): AttributeValue {
  if (typeof value === 'object' || value === null) {
    throw invalid(pointer, 'must be a text, a whole number or a boolean');
  }
  return value;
}

function within({ code, message, errors }: AppError, place: string): AppError {
  const moved = errors.map((error): FieldError => ({ ...error, pointer: place + error.pointer }));
  return new AppError(code, message, { errors: moved });
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('validation_failed', undefined, { errors: [{ pointer, message }] });
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
