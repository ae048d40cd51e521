import { defaults } from '../core/limits.ts';
import type { ConfigInput } from './config.ts';
import { ConfigError } from './config-error.ts';

type SettingKind = 'text' | 'switch' | 'list';

/** A setting of the server: the same by option, environment and file. */
export type Setting = {
  /** Its name in a configuration file. */
  readonly name: Exclude<keyof ConfigInput, 'config'>;
  /** As the command line takes it. */
  readonly flags: string;
  readonly environment: string;
  readonly kind: SettingKind;
  readonly says: string;
  /** What holds when nothing is said, for people; null for nothing. */
  readonly fallback: string | null;
};

/** Where a value came from. */
export type Origin = 'default' | 'file' | 'environment' | 'flag';

/** A setting as it stands; undefined when nothing was said. */
export type Resolved = {
  readonly setting: Setting;
  readonly value: string | boolean | readonly string[] | undefined;
  readonly origin: Origin;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Every setting; those that hold secrets are in the environment alone. */
export const settings: readonly Setting[] = [
  {
    name: 'data',
    flags: '--data <dir>',
    environment: 'POSTHORN_DATA',
    kind: 'text',
    says: 'where everything is kept',
    fallback: defaults.dataDir,
  },
  {
    name: 'port',
    flags: '--port <number>',
    environment: 'POSTHORN_PORT',
    kind: 'text',
    says: 'the port to listen on, 0 for any',
    fallback: String(defaults.port),
  },
  {
    name: 'host',
    flags: '--host <address>',
    environment: 'POSTHORN_HOST',
    kind: 'text',
    says: 'the address to bind to',
    fallback: defaults.host,
  },
  {
    name: 'dev',
    flags: '--dev',
    environment: 'POSTHORN_DEV',
    kind: 'switch',
    says: 'allow deliveries to loopback addresses',
    fallback: null,
  },
  {
    name: 'allowAddress',
    flags: '--allow-address <cidr>',
    environment: 'POSTHORN_ALLOW_ADDRESS',
    kind: 'list',
    says: 'allow deliveries to a private network (repeatable)',
    fallback: null,
  },
  {
    name: 'publicUrl',
    flags: '--public-url <url>',
    environment: 'POSTHORN_PUBLIC_URL',
    kind: 'text',
    says: 'the address clients reach this server by',
    fallback: null,
  },
  {
    name: 'trustProxy',
    flags: '--trust-proxy',
    environment: 'POSTHORN_TRUST_PROXY',
    kind: 'switch',
    says: 'believe the X-Forwarded headers of a proxy in front',
    fallback: null,
  },
  {
    name: 'corsOrigin',
    flags: '--cors-origin <origin>',
    environment: 'POSTHORN_CORS_ORIGIN',
    kind: 'list',
    says: 'let pages of this origin read streams (repeatable)',
    fallback: null,
  },
  {
    name: 'strictTypes',
    flags: '--strict-types',
    environment: 'POSTHORN_STRICT_TYPES',
    kind: 'switch',
    says: 'refuse events of types that are not registered',
    fallback: null,
  },
  {
    name: 'logLevel',
    flags: '--log-level <level>',
    environment: 'POSTHORN_LOG_LEVEL',
    kind: 'text',
    says: 'the least that is logged: debug, info, warn or error',
    fallback: defaults.logLevel,
  },
  {
    name: 'accessLog',
    flags: '--access-log',
    environment: 'POSTHORN_ACCESS_LOG',
    kind: 'switch',
    says: 'log each request',
    fallback: null,
  },
  {
    name: 'telemetry',
    flags: '--telemetry <module>',
    environment: 'POSTHORN_TELEMETRY',
    kind: 'text',
    says: 'a module to load first, such as one that sets up traces',
    fallback: null,
  },
];

/** Each setting with its value: an option wins over the environment, that over the file. */
export function resolveSettings(
  flags: ConfigInput,
  environment: Environment,
  file: ConfigInput,
): Resolved[] {
  return settings.map((setting) => {
    const said = readEnvironment(setting, environment[setting.environment]);
    if (flags[setting.name] !== undefined) {
      return { setting, value: flags[setting.name], origin: 'flag' };
    }
    if (said !== undefined) return { setting, value: said, origin: 'environment' };
    const kept = file[setting.name];
    return { setting, value: kept, origin: kept === undefined ? 'default' : 'file' };
  });
}

function readEnvironment({ kind, environment }: Setting, text: string | undefined) {
  if (text === undefined || text === '') return undefined;
  if (kind === 'text') return text;
  if (kind === 'list') return text.split(',').map((each) => each.trim());
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new ConfigError(environment, 'must be true or false');
}

/** What a configuration file says: JSON, by the names of {@link settings}. */
export function readConfigFile(text: string, path: string): ConfigInput {
  const parsed = parsedFile(text, path);
  for (const [name, value] of Object.entries(parsed)) {
    const setting = settings.find((each) => each.name === name);
    const names = settings.map((each) => each.name).join(', ');
    if (setting === undefined) {
      throw new ConfigError(path, `${name} is not a setting; these are: ${names}`);
    }
    assertKind(setting, value, path);
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [
      name,
      typeof value === 'number' ? String(value) : value,
    ]),
  ) as ConfigInput;
}

function parsedFile(text: string, path: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (cause) {
    throw new ConfigError(path, 'is not JSON', { cause });
  }
  throw new ConfigError(path, 'must hold one JSON object');
}

function assertKind({ kind, name }: Setting, value: unknown, path: string): void {
  const fits: Record<SettingKind, boolean> = {
    text: typeof value === 'string' || typeof value === 'number',
    switch: typeof value === 'boolean',
    list: Array.isArray(value) && value.every((each) => typeof each === 'string'),
  };
  if (fits[kind]) return;
  const wants = { text: 'a text', switch: 'true or false', list: 'a list of texts' };
  throw new ConfigError(path, `${name} must be ${wants[kind]}`);
}
