import { Type } from './schemas/type.ts';
import type { AppError, FieldError } from '../core/app-error.ts';
import { failures } from '../core/failures.ts';
import { closed } from './schemas/fields.ts';

/** The schema of every failed answer. */
export const Problem = Type.Object({
  type: Type.String({ description: 'The page that explains the code.' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.Enum(Object.keys(failures)),
  detail: Type.String(),
  requestId: Type.String(),
  errors: Type.Optional(
    Type.Array(closed({ pointer: Type.String(), message: Type.String() }), {
      description: 'Each wrong place of the request, by JSON pointer.',
    }),
  ),
});

/** A failed answer as RFC 9457 has it. */
export type ProblemBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
};

/** Makes the body of a failed answer. */
export function problemOf({ code, message, errors }: AppError, requestId: string): ProblemBody {
  const { status, says } = failures[code];
  const problem = { type: `/problems/${code}`, title: says, status, code, detail: message };
  return errors.length === 0 ? { ...problem, requestId } : { ...problem, requestId, errors };
}
