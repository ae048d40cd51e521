import { failures } from './failures.ts';
import type { FailureCode } from './failures.ts';

/** A part of a request that is not valid, by JSON pointer. */
export type FieldError = { readonly pointer: string; readonly message: string };

/** An expected failure on its way across a boundary; its cause goes to the log only. */
export class AppError extends Error {
  readonly code: FailureCode;
  readonly errors: readonly FieldError[];

  constructor(
    code: FailureCode,
    detail?: string,
    options?: ErrorOptions & { errors?: readonly FieldError[] },
  ) {
    super(detail ?? failures[code].says, options);
    this.name = 'AppError';
    this.code = code;
    this.errors = options?.errors ?? [];
  }
}
