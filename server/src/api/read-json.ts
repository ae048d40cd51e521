import { sliceMembers } from '../core/json-slice.ts';
import type { SliceProblem } from '../core/json-slice.ts';
import { AppError } from '../core/app-error.ts';
import { limits } from '../core/limits.ts';

/** Reads a body as a JSON object; throws `invalid_json`, for other values `validation_failed`. */
export function readJson(raw: Buffer): unknown {
  const sliced = sliceMembers(raw, []);
  if (sliced.is === 'invalid') throw sliceFailure(sliced, raw);
  return JSON.parse(raw.toString('utf8'));
}

/** The failure that a problem of slicing is; what was sent is not repeated, it may be secret. */
export function sliceFailure({ because, at, name }: SliceProblem, raw: Buffer): AppError {
  switch (because) {
    case 'not_utf8':
      return new AppError('invalid_json', 'The body is not valid UTF-8.');
    case 'not_json':
      return new AppError('invalid_json', notJson(at, raw));
    case 'not_object':
      return invalid('', 'must be an object');
    case 'not_list':
      return invalid('', 'must be a list');
    case 'too_deep':
      return invalid('', `is nested more than ${limits.nesting} deep`);
    case 'too_many':
      return invalid('/events', `must have at most ${limits.batchEvents} items`);
    case 'repeated_name':
      return invalid(`/${escaped(name ?? '')}`, 'stands there twice');
    default:
      return because satisfies never;
  }
}

function notJson(at: number, raw: Buffer): string {
  if (raw.length === 0) return 'The body is empty; JSON is needed.';
  return `The body is not valid JSON: it breaks at byte ${at}.`;
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('validation_failed', undefined, { errors: [{ pointer, message }] });
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
