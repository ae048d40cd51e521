import { readFile } from 'node:fs/promises';
import { readConfig } from './config.ts';
import type { Config, ConfigInput } from './config.ts';
import { ConfigError } from './config-error.ts';
import { readConfigFile, resolveSettings } from './settings.ts';
import type { Resolved } from './settings.ts';

/** What the server runs by, and where each setting came from. */
export type LoadedConfig = {
  readonly config: Config;
  readonly resolved: readonly Resolved[];
  /** The configuration file that was read; null for none. */
  readonly file: string | null;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads options, environment and the file that `--config` or POSTHORN_CONFIG names, and judges
 * what they say together; throws a {@link ConfigError} that names where the wrong value stands.
 */
export async function loadConfig(
  flags: ConfigInput,
  environment: Environment,
): Promise<LoadedConfig> {
  const file = flags.config ?? (environment['POSTHORN_CONFIG'] || null);
  const kept = file === null ? {} : readConfigFile(await readText(file), file);
  const resolved = resolveSettings(flags, environment, kept);
  const given = resolved.filter(({ value }) => value !== undefined);
  const input = Object.fromEntries(given.map(({ setting, value }) => [setting.name, value]));
  try {
    return { config: readConfig(input, environment), resolved, file };
  } catch (cause) {
    throw cause instanceof ConfigError ? whereItStands(cause, resolved, file) : cause;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(path, 'cannot be read', { cause });
  }
}

/** An error about an option that nobody typed would send its reader to the wrong place. */
function whereItStands(
  error: ConfigError,
  resolved: readonly Resolved[],
  file: string | null,
): ConfigError {
  const found = resolved.find(({ setting }) => setting.flags.split(' ')[0] === error.key);
  const reason = error.message.slice(error.key.length + 2);
  if (found?.origin === 'environment') return new ConfigError(found.setting.environment, reason);
  if (found?.origin === 'file') return new ConfigError(`${file}: ${found.setting.name}`, reason);
  return error;
}
