import { InvalidArgumentError } from 'commander';
import { ConfigError } from '../app/config-error.ts';
import { readAddress, readOperatorKey } from '../app/data-dir.ts';
import { defaults, limits } from '../core/limits.ts';
import type { Connection } from './api-client.ts';
import type { OptionSpec } from './command.ts';

/** What a person said about the server to speak to. */
export type ConnectOptions = {
  readonly url?: string;
  readonly key?: string;
  readonly dataDir?: string;
  readonly tenant?: string;
  /** Milliseconds. */
  readonly timeout?: number;
};

/** The environment variables that name a server. */
export type ConnectEnvironment = {
  readonly POSTHORN_URL?: string | undefined;
  readonly POSTHORN_API_KEY?: string | undefined;
  readonly POSTHORN_DATA?: string | undefined;
};

/** The options that {@link findConnection} understands. */
export const connectOptions: readonly OptionSpec[] = [
  {
    flags: '--url <url>',
    says: 'the server (or POSTHORN_URL; else by the data directory)',
    read: serverUrl,
  },
  {
    flags: '--key <key>',
    says: 'an access key (or POSTHORN_API_KEY; else by the data directory)',
  },
  { flags: '--tenant <id>', says: 'whose things are meant, when the key is an operator’s' },
  {
    flags: '--data-dir <dir>',
    says: `a server’s data directory (or POSTHORN_DATA; else ${defaults.dataDir})`,
  },
  {
    flags: '--timeout <seconds>',
    says: `how long to wait for an answer (default ${limits.commandMs / 1_000})`,
    read: timeoutMs,
  },
];

/**
 * Finds address and key: by option, else by environment, else in the data directory. The key of a
 * data directory is for the server of that directory alone and goes to no other address.
 */
export async function findConnection(
  options: ConnectOptions,
  environment: ConnectEnvironment,
): Promise<Connection> {
  const dataDir = dataDirOf(options, environment);
  const kept = (await readAddress(dataDir))?.url ?? null;
  const url = options.url ?? readUrl(environment.POSTHORN_URL) ?? kept;
  if (url === null) {
    const reason = `is needed, as no server runs in ${dataDir}; start one with: posthorn serve`;
    throw new ConfigError('--url', reason);
  }
  const given = options.key ?? (environment.POSTHORN_API_KEY || null);
  const key = given ?? (url === kept ? await readOperatorKey(dataDir) : null);
  if (key === null) {
    throw new ConfigError('--key', `is needed for ${url}; or set POSTHORN_API_KEY`);
  }
  const { tenant = null, timeout = limits.commandMs } = options;
  return { url, key, tenant, timeoutMs: timeout };
}

/** The data directory that is meant. */
export function dataDirOf(
  { dataDir }: Pick<ConnectOptions, 'dataDir'>,
  { POSTHORN_DATA: said }: Pick<ConnectEnvironment, 'POSTHORN_DATA'>,
): string {
  return dataDir ?? (said || defaults.dataDir);
}

function timeoutMs(text: string): number {
  const ms = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) * 1_000 : Number.NaN;
  if (ms >= 1 && ms <= limits.commandMaxMs) return ms;
  throw new InvalidArgumentError(`It must be up to ${limits.commandMaxMs / 1_000} seconds.`);
}

function serverUrl(text: string): string {
  const url = asUrl(text);
  if (url === null)
    throw new InvalidArgumentError('It must be an http or https address without login.');
  return url;
}

function readUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = asUrl(text);
  if (url === null)
    throw new ConfigError('POSTHORN_URL', 'must be an http or https address without login');
  return url;
}

function asUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOpen = url !== null && url.username === '' && url.password === '';
  return isOpen && /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : null;
}
