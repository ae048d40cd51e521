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
