import type { JsonObject } from '../core/json.ts';
import { parseAround, sliceMembers } from '../core/json-slice.ts';
import type { TaskDetails } from '../core/task/task-event.ts';
import { assertValid } from './checker.ts';
import type { Checker } from './checker.ts';
import { sliceFailure } from './read-json.ts';
import type { Call } from './route.ts';

/** A body of a task's, checked, and the exact text of its members that keep it. */
export type TaskBodyRead = {
  readonly body: JsonObject;
  readonly exact: ReadonlyMap<string, string>;
};

const kept = ['data', 'result'];

/** Reads a body without making values of what is handed on as it came; none is `{}`. */
export function readTaskBody({ raw }: Pick<Call, 'raw'>, check: Checker): TaskBodyRead {
  if (raw.length === 0) return nothing(check);
  const object = sliceMembers(raw, kept);
  if (object.is === 'invalid') throw sliceFailure(object, raw);
  const body = parseAround(raw, object);
  assertValid(check(body));
  const exact = [...object.members].map(
    ([name, { start, end }]) => [name, raw.toString('utf8', start, end)] as const,
  );
  return { body: body as JsonObject, exact: new Map(exact) };
}

function nothing(check: Checker): TaskBodyRead {
  assertValid(check({}));
  return { body: {}, exact: new Map() };
}

/** The members of these names that a body has, as an event carries them. */
export function detailsOf({ body, exact }: TaskBodyRead, names: readonly string[]): TaskDetails {
  return names.flatMap((name) => {
    const json = exact.get(name) ?? JSON.stringify(body[name]);
    return json === undefined ? [] : [[name, json] as const];
  });
}
