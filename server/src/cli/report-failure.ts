import { ConfigError } from '../app/config-error.ts';
import { exitCodes } from '../app/exit-codes.ts';
import { StoreTrouble } from '../app/store-trouble.ts';
import { ApiError } from './api-error.ts';
import { say } from './shell.ts';
import type { Shell } from './shell.ts';
import { UsageError } from './usage-error.ts';

/** Says on standard error, in one line, why the program ends; answers its exit code. */
export function reportFailure(shell: Pick<Shell, 'err'>, cause: unknown): number {
  if (isInterrupt(cause)) return exitCodes.interrupted;
  say(shell, cause instanceof Error ? cause.message : String(cause));
  if (cause instanceof UsageError) return exitCodes.usage;
  if (cause instanceof ConfigError) return exitCodes.config;
  if (cause instanceof StoreTrouble) return exitCodes.store;
  if (cause instanceof ApiError) return codeOfAnswer(cause);
  return exitCodes.internal;
}

function codeOfAnswer({ status }: ApiError): number {
  if (status === null || status === 503 || status === 507) return exitCodes.unavailable;
  if (status === 401 || status === 403) return exitCodes.forbidden;
  return status >= 500 ? exitCodes.internal : exitCodes.failed;
}

function isInterrupt(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return cause.message === 'interrupted' || (cause.cause !== undefined && isInterrupt(cause.cause));
}
