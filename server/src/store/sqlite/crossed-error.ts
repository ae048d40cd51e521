import { AppError } from '../../core/app-error.ts';
import type { CrossedError } from './protocol.ts';

/** An error as it crosses to another thread. */
export function toCrossed(cause: unknown): CrossedError {
  if (cause instanceof AppError) return { code: cause.code, says: cause.message };
  return { code: null, says: cause instanceof Error ? cause.message : String(cause) };
}

/** The error on the other side; an unexpected one is its cause, for the log alone. */
export function fromCrossed({ code, says }: CrossedError): AppError {
  if (code !== null) return new AppError(code, says);
  return new AppError('store_unavailable', undefined, { cause: new Error(says) });
}
