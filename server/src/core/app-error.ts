import { failures } from './failures.ts';
import type { FailureCode } from './failures.ts';

/** A part of a request that is not valid, by JSON pointer. */
export type FieldError = { readonly pointer: string; readonly message: string };

const none = {};

/** An expected failure on its way across a boundary; its cause goes to the log only. */
export class AppError extends Error {
  readonly code: FailureCode;
  readonly errors: readonly FieldError[];
  /** Header lines of the answer that tell more. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: FailureCode,
    detail?: string,
    options?: ErrorOptions & {
      errors?: readonly FieldError[];
      headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(detail ?? failures[code].says, options);
    this.name = 'AppError';
    this.code = code;
    this.errors = options?.errors ?? [];
    this.headers = options?.headers ?? none;
  }
}
