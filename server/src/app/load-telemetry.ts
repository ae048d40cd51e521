import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ConfigError } from './config-error.ts';

const nothing: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

/**
 * Loads the operator's module, a file or a package as seen from the working directory, which may
 * register a tracer provider. What it exports as `shutdown` is called and awaited at the end.
 */
export async function loadTelemetry(module: string | null): Promise<AsyncDisposable> {
  if (module === null) return nothing;
  const loaded = await load(module);
  const shutdown = 'shutdown' in loaded ? loaded.shutdown : undefined;
  if (typeof shutdown !== 'function') return nothing;
  return { [Symbol.asyncDispose]: async () => void (await (shutdown as () => unknown)()) };
}

async function load(module: string): Promise<object> {
  try {
    const path = resolve(module);
    const found = existsSync(path)
      ? path
      : createRequire(join(process.cwd(), 'posthorn.js')).resolve(module);
    return (await import(pathToFileURL(found).href)) as object;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw new ConfigError('--telemetry', `cannot be loaded: ${reason}`, { cause });
  }
}
