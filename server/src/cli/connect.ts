import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { ConfigError } from '../app/config-error.ts';
import { readAddress, readOperatorKey } from '../app/data-dir.ts';
import { defaults } from '../core/limits.ts';
import { apiClient } from './api-client.ts';
import type { ApiClient, Connection } from './api-client.ts';

/** What a person said about the server to speak to. */
export type ConnectOptions = {
  readonly url?: string;
  readonly key?: string;
  readonly dataDir?: string;
  readonly tenant?: string;
};

/** The environment variables that name a server. */
export type ConnectEnvironment = {
  readonly POSTHORN_URL?: string | undefined;
  readonly POSTHORN_API_KEY?: string | undefined;
};

/** Gives a command the options that {@link connect} understands. */
export function addConnectOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the server (or POSTHORN_URL; else by the data directory)', serverUrl)
    .option('--key <key>', 'an access key (or POSTHORN_API_KEY; else by the data directory)')
    .option('--tenant <id>', 'whose things are meant, when the key is an operator’s')
    .option('--data-dir <dir>', `a server’s data directory (default ${defaults.dataDir})`);
}

/** A client for the server that is meant; throws a {@link ConfigError} when none can be found. */
export async function connect(options: ConnectOptions): Promise<ApiClient> {
  return apiClient(await findConnection(options, process.env));
}

/**
 * Finds address and key: by option, else by environment, else in the data directory. The key of a
 * data directory is for the server of that directory alone and goes to no other address.
 */
async function findConnection(
  options: ConnectOptions,
  environment: ConnectEnvironment,
): Promise<Connection> {
  const dataDir = options.dataDir ?? defaults.dataDir;
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
  return { url, key, tenant: options.tenant ?? null };
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
