import { Buffer } from 'node:buffer';
import type { FieldError } from '../app-error.ts';
import { limits } from '../limits.ts';
import type { EntityValues } from './apply-changes.ts';
import { jsonObject } from './json-members.ts';

/** What is wrong with the names of changed fields; `pointer` is where they stand. */
export function fieldNameErrors(fields: Iterable<string>, pointer: string): FieldError[] {
  return Array.from(fields)
    .filter((field) => field.length > limits.entityFieldChars || !field.isWellFormed())
    .map((field) => ({
      pointer: `${pointer}/${escaped(field.slice(0, limits.entityFieldChars))}`,
      message: field.isWellFormed()
        ? `has a name of over ${limits.entityFieldChars} characters`
        : 'has a name with half a character in it',
    }));
}

/** What keeps an entity from having these values. */
export function valuesErrors(values: EntityValues, pointer: string): FieldError[] {
  if (values.size > limits.entityFields) {
    return [{ pointer, message: `would leave the entity over ${limits.entityFields} fields` }];
  }
  const bytes = Buffer.byteLength(jsonObject(values));
  if (bytes <= limits.entityBytes) return [];
  return [{ pointer, message: `would leave the entity over ${limits.entityBytes} bytes` }];
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
