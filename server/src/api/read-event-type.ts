import type { Static } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { FieldError } from '../core/app-error.ts';
import { isReservedType } from '../core/event-type.ts';
import type { EventType } from '../core/event-type.ts';
import { compileSchema } from '../ingest/compile-schema.ts';
import { assertValid, checkerOf } from './checker.ts';
import { eventType } from './schemas/fields.ts';
import type { EventTypeSettingsBody } from './schemas/event-type-schema.ts';

/** What the operator sets on an event type. */
export type EventTypeSettings = Pick<
  EventType,
  'description' | 'schema' | 'sample' | 'isDeprecated' | 'retentionMs'
>;

type Body = Static<typeof EventTypeSettingsBody>;

const checkName = checkerOf(eventType);

/** Makes settings of a checked body, defaults filled in; throws what is wrong with them. */
export function readEventType(body: Body): EventTypeSettings {
  const errors = contentErrors(body);
  if (errors.length > 0) throw new AppError('validation_failed', undefined, { errors });
  return {
    description: body.description ?? '',
    schema: body.schema ?? null,
    sample: body.sample ?? null,
    isDeprecated: body.deprecated ?? false,
    retentionMs: body.retentionMs ?? null,
  };
}

/** Throws when a name cannot be that of a type which the operator registers. */
export function assertTypeName(type: string): void {
  assertValid(checkName(type, '/type'));
  if (!isReservedType(type)) return;
  const errors = [
    { pointer: '/type', message: 'must not begin with posthorn., which is reserved' },
  ];
  throw new AppError('validation_failed', undefined, { errors });
}

function contentErrors({ schema, sample }: Body): readonly FieldError[] {
  if (schema === null || schema === undefined) return [];
  const compiled = compileSchema(schema);
  if (compiled.is === 'refused') {
    return compiled.errors.map((each) => ({ ...each, pointer: `/schema${each.pointer}` }));
  }
  if (sample === null || sample === undefined) return [];
  return compiled.check(sample, '/sample') ?? [];
}
