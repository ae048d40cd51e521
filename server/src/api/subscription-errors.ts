import type { FieldError } from '../core/app-error.ts';
import { compileFilter } from '../core/filter.ts';
import { isTypePattern } from '../core/match-type.ts';

/** What is wrong with type patterns. */
export function typesErrors(types: readonly string[], pointer: string): FieldError[] {
  return [...types.entries()]
    .filter(([, type]) => !isTypePattern(type))
    .map(([index]) => ({
      pointer: `${pointer}/${index}`,
      message: 'is not a type, a type with a last segment *, or *',
    }));
}

/** What is wrong with a filter. */
export function filterErrors(filter: string | null | undefined, pointer: string): FieldError[] {
  if (filter === null || filter === undefined) return [];
  const compiled = compileFilter(filter);
  return compiled.is === 'ok' ? [] : [{ pointer, message: compiled.message }];
}

/** What is wrong with the fields that a subscription names. */
export function fieldsErrors(
  { fields, entity }: { fields: readonly string[] | null | undefined; entity: unknown },
  pointer: string,
): FieldError[] {
  if (fields === null || fields === undefined) return [];
  const isAboutEntities = entity !== null && entity !== undefined;
  return isAboutEntities ? [] : [{ pointer, message: 'needs an entity of which they are fields' }];
}

/** How changes and progress are to be merged, as somebody says it. */
export type CoalesceInput =
  boolean | { windowMs: number; maxWaitMs?: number | null | undefined } | null | undefined;

/** What is wrong with how a subscription has changes merged. */
export function coalesceErrors(wish: CoalesceInput, pointer: string): FieldError[] {
  if (wish === null || wish === undefined || wish === false) return [];
  if (wish === true) return [{ pointer, message: 'must be false or {windowMs, maxWaitMs}' }];
  const { windowMs, maxWaitMs } = wish;
  if (maxWaitMs === null || maxWaitMs === undefined || maxWaitMs >= windowMs) return [];
  return [{ pointer: `${pointer}/maxWaitMs`, message: 'must not be shorter than windowMs' }];
}
