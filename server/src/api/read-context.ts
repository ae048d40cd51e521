import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { FieldError } from '../core/app-error.ts';
import { changesOf, toldChanges } from '../core/context/changes-of.ts';
import { readChanges } from '../core/context/changes.ts';
import { fieldNameErrors } from '../core/context/entity-errors.ts';
import { jsonMembers } from '../core/context/json-members.ts';
import type { EntityRef } from '../core/event.ts';
import { parseAround, sliceMembers } from '../core/json-slice.ts';
import { limits } from '../core/limits.ts';
import type { EntityChange } from '../ingest/entity-step.ts';
import { assertValid, checkerOf } from './checker.ts';
import { sliceFailure } from './read-json.ts';
import type { Call } from './route.ts';
import { AroundChangesBody } from './schemas/context-schema.ts';

const checkAround = checkerOf(AroundChangesBody);

/** Reads told changes out of a body, their values as the text that was sent. */
export function readContextUpdate({ raw, trace }: Call): EntityChange {
  const object = sliceMembers(raw, ['changes']);
  if (object.is === 'invalid') throw sliceFailure(object, raw);
  const around = parseAround(raw, object);
  assertValid(checkAround(around));
  const body = around as unknown as Static<typeof AroundChangesBody>;
  const { start, end } = object.members.get('changes') ?? object.range;
  const changes = raw.toString('utf8', start, end);
  refuse([...changesErrors(changes), ...metadataErrors(body.metadata)]);
  return {
    entity: body.entity,
    changesIn: (values) => toldChanges(values, readChanges(changes)),
    pointer: '/changes',
    assertVersion: () => undefined,
    source: body.source ?? null,
    correlationId: body.correlationId ?? null,
    causationId: body.causationId ?? null,
    metadata: body.metadata ?? null,
    trace,
  };
}

/** What a patch says besides its values. */
type PatchWords = { source?: string; correlationId?: string; causationId?: string };

/** Reads a JSON Merge Patch of an entity, its values as the text that was sent. */
export function readEntityPatch(
  { raw, trace, query }: Pick<Call<unknown, PatchWords>, 'raw' | 'trace' | 'query'>,
  entity: EntityRef,
  assertVersion: EntityChange['assertVersion'],
): EntityChange {
  const object = sliceMembers(raw, []);
  if (object.is === 'invalid') throw sliceFailure(object, raw);
  const patch = jsonMembers(raw)?.members ?? new Map<string, string>();
  refuse([...countErrors(patch.size, ''), ...fieldNameErrors(patch.keys(), '')]);
  return {
    entity,
    changesIn: (values) => changesOf(values, patch),
    pointer: '',
    assertVersion,
    source: query.source ?? null,
    correlationId: query.correlationId ?? null,
    causationId: query.causationId ?? null,
    metadata: null,
    trace,
  };
}

/** @param text  valid JSON. */
function changesErrors(text: string): FieldError[] {
  const pointer = '/changes';
  const changes = jsonMembers(text);
  if (changes === null) return [{ pointer, message: 'must be an object' }];
  const { members, repeated } = changes;
  if (members.size === 0) return [{ pointer, message: 'must have at least one field' }];
  if (repeated !== null) return [{ pointer, message: 'has a field that stands there twice' }];
  const count = countErrors(members.size, pointer);
  const names = fieldNameErrors(members.keys(), pointer);
  return count.length + names.length > 0 ? [...count, ...names] : changeErrors(members);
}

function changeErrors(members: ReadonlyMap<string, string>): FieldError[] {
  return Array.from(members).flatMap(([field, text]) => {
    const parts = jsonMembers(text);
    const isChange =
      parts !== null &&
      parts.repeated === null &&
      parts.members.has('new') &&
      parts.members.size === (parts.members.has('old') ? 2 : 1);
    const pointer = `/changes/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return isChange ? [] : [{ pointer, message: 'must be {new} or {old, new}' }];
  });
}

function countErrors(count: number, pointer: string): FieldError[] {
  if (count <= limits.entityFields) return [];
  return [{ pointer, message: `must have at most ${limits.entityFields} fields` }];
}

function metadataErrors(metadata: unknown): FieldError[] {
  const bytes = metadata === undefined ? 0 : Buffer.byteLength(JSON.stringify(metadata));
  if (bytes <= limits.metadataBytes) return [];
  return [{ pointer: '/metadata', message: `has over ${limits.metadataBytes} bytes` }];
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
}
