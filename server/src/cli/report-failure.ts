import { ConfigError } from '../app/config-error.ts';
import { exitCodes } from '../app/exit-codes.ts';
import { StoreTrouble } from '../app/store-trouble.ts';

/** Says on standard error, in one line, why the program ends; answers its exit code. */
export function reportFailure(cause: unknown): number {
  const message = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(`posthorn: ${message}\n`);
  if (cause instanceof ConfigError) return exitCodes.config;
  if (cause instanceof StoreTrouble) return exitCodes.store;
  return exitCodes.failed;
}
