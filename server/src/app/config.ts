import { isIP } from 'node:net';

import { parseCidr } from '../core/address/cidr.ts';
import type { Cidr } from '../core/address/cidr.ts';
import { defaults, limits } from '../core/limits.ts';
import { logLevels } from '../telemetry/create-log.ts';
import type { LogLevel } from '../telemetry/create-log.ts';
import { ConfigError } from './config-error.ts';

/** What `serve` runs by. */
export type Config = {
  readonly dataDir: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  readonly host: string;
  /** Whether loopback destinations are allowed. */
  readonly isDev: boolean;
  readonly allowAddresses: readonly Cidr[];
  /** The address under which clients reach this server, without a slash at its end. */
  readonly publicUrl: string | null;
  readonly trustProxy: boolean;
  /** Origins of pages that may read streams. */
  readonly corsOrigins: readonly string[];
  /** Whether events of types that nobody registered are refused. */
  readonly strictTypes: boolean;
  /** The least that is logged. */
  readonly logLevel: LogLevel;
  /** Whether each request is logged. */
  readonly hasAccessLog: boolean;
  /** A module to load first, such as one that sets up traces; null for none. */
  readonly telemetry: string | null;
  /** The text of the first operator key; null to have one made. */
  readonly adminKey: string | null;
  /** 32 bytes; null to use the one in the data directory. */
  readonly masterKey: Uint8Array | null;
};

/** What a person said, before it is judged. */
export type ConfigInput = {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly dev?: boolean;
  readonly allowAddress?: readonly string[];
  readonly publicUrl?: string;
  readonly trustProxy?: boolean;
  readonly corsOrigin?: readonly string[];
  readonly strictTypes?: boolean;
  readonly logLevel?: string;
  readonly accessLog?: boolean;
  readonly telemetry?: string;
  /** A file that says these. */
  readonly config?: string;
};

/** The environment variables that configure the server. */
export type ConfigEnvironment = {
  readonly POSTHORN_ADMIN_KEY?: string | undefined;
  readonly POSTHORN_MASTER_KEY?: string | undefined;
};

const adminKeyPattern = /^ph_[A-Za-z0-9_-]{29,253}$/;
const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost']);

/** Judges what was said; throws a {@link ConfigError} that names the first key that is wrong. */
export function readConfig(input: ConfigInput, environment: ConfigEnvironment): Config {
  const host = readHost(input.host ?? defaults.host);
  const isDev = input.dev ?? false;
  if (isDev && !isLoopback(host)) {
    throw new ConfigError('--dev', 'allows loopback destinations, so --host must be loopback too');
  }
  return {
    dataDir: input.data ?? defaults.dataDir,
    port: readPort(input.port),
    host,
    isDev,
    allowAddresses: (input.allowAddress ?? []).map(readCidr),
    publicUrl: input.publicUrl === undefined ? null : readUrl(input.publicUrl),
    trustProxy: input.trustProxy ?? false,
    corsOrigins: readOrigins(input.corsOrigin ?? []),
    strictTypes: input.strictTypes ?? false,
    logLevel: readLogLevel(input.logLevel ?? defaults.logLevel),
    hasAccessLog: input.accessLog ?? false,
    telemetry: input.telemetry ?? null,
    adminKey: readAdminKey(environment.POSTHORN_ADMIN_KEY),
    masterKey: readMasterKey(environment.POSTHORN_MASTER_KEY),
  };
}

/** Whether only this machine reaches a server that is bound to this host. */
export function isLoopback(host: string): boolean {
  return loopbackHosts.has(host);
}

function readPort(text: string | undefined): number {
  if (text === undefined) return defaults.port;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new ConfigError('--port', 'must be a whole number from 0 to 65535');
}

function readHost(text: string): string {
  if (isIP(text) !== 0 || /^[A-Za-z0-9.-]{1,253}$/.test(text)) return text;
  throw new ConfigError('--host', 'must be an IP address or a host name');
}

function readCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr !== null) return cidr;
  throw new ConfigError('--allow-address', 'must be a network such as 10.0.0.0/8 or fd00::/8');
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.search === '' && url.hash === '';
  const isOpen = isPlain && url.username === '' && url.password === '';
  if (isOpen && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new ConfigError(
    '--public-url',
    'must be an http or https URL without login, query or fragment',
  );
}

function readOrigins(texts: readonly string[]): readonly string[] {
  if (texts.length > limits.corsOrigins) {
    throw new ConfigError('--cors-origin', `may name ${limits.corsOrigins} origins at most`);
  }
  return texts.map(readOrigin);
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.origin === text) return text;
  throw new ConfigError('--cors-origin', 'must be an origin such as https://app.example.com');
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((each) => each === text);
  if (level !== undefined) return level;
  throw new ConfigError('--log-level', `must be one of ${logLevels.join(', ')}`);
}

function readAdminKey(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (adminKeyPattern.test(text)) return text;
  throw new ConfigError(
    'POSTHORN_ADMIN_KEY',
    'must begin with ph_ and have 32 to 256 letters, digits, _ or -',
  );
}

function readMasterKey(text: string | undefined): Uint8Array | null {
  if (text === undefined || text === '') return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 32) return bytes;
  throw new ConfigError('POSTHORN_MASTER_KEY', 'must be the base64 of 32 bytes');
}
