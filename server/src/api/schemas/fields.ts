import { Type } from './type.ts';
import type { Static, TSchema, TUnsafe } from 'typebox';
import type { JsonObject } from '../../core/json.ts';
import { limits } from '../../core/limits.ts';

/**
 * Text without control characters, spelled so that every dialect of regular expressions knows it,
 * and without halves of characters.
 */
const plain = {
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
  'x-wellFormed': true,
  'x-says': 'must hold no control characters',
};

/** A text of `least` to `most` characters, none of them a control. */
export function text(most: number, least = 0, description = '') {
  return Type.String({ minLength: least, maxLength: most, ...plain, ...described(description) });
}

function described(description: string): { description?: string } {
  return description === '' ? {} : { description };
}

/** A text of an answer, with what it means. */
export function shown(description: string) {
  return Type.String({ description });
}

/** An id that a caller chose or was given. */
export const id = Type.String({
  minLength: 1,
  maxLength: limits.idChars,
  pattern: '^[A-Za-z0-9_-]+$',
  'x-says': 'may hold letters, digits, _ and - only',
});

/** The dotted name of an event type. */
export const eventType = Type.String({
  minLength: 1,
  maxLength: limits.typeChars,
  pattern: '^[A-Za-z0-9_.:-]+$',
  'x-says': 'may hold letters, digits and _ . : - only',
  examples: ['task.completed'],
});

/** An RFC 3339 time. */
export const time = Type.String({
  format: 'date-time',
  maxLength: 64,
  pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$',
  'x-says': 'must be a time such as 2026-01-31T12:00:00.000Z',
});

/** A whole number from `minimum` to `maximum`. */
export function whole(minimum: number, maximum: number, description = '') {
  return Type.Integer({ minimum, maximum, ...described(description) });
}

/** The same schema, which null also fits. */
export function orNull<Schema extends TSchema>(schema: Schema): TUnsafe<Static<Schema> | null> {
  const { type, enum: values, ...rest } = schema as { type?: string; enum?: unknown[] };
  if (values !== undefined) return Type.Unsafe({ ...rest, enum: [...values, null] });
  if (typeof type === 'string') return Type.Unsafe({ ...rest, type: [type, 'null'] });
  return Type.Unsafe({ anyOf: [schema, { type: 'null' }] });
}

/** An object with just these fields. */
export function closed<Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false });
}

/** An object of texts by name. */
export function textMap(maxProperties: number, description = '') {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    maxProperties,
    ...described(description),
  });
}

/** What a caller wants to find again on a thing. */
export const metadata = Type.Unsafe<JsonObject>({
  type: 'object',
  description: 'Anything you like, kept and given back; not sent anywhere else.',
});

/** Parameters of a path with one id; the id is not judged, an unknown one is 404. */
export const idParams = closed({ id: shown('Its id.') });
