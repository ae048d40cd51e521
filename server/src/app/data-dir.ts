import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ConfigError } from './config-error.ts';

/** What a running server tells the command line on the same machine. */
export type ServerAddress = { readonly url: string; readonly pid: number };

const masterKeyFile = 'master.key';
const operatorKeyFile = 'operator.key';
const addressFile = 'server.json';

/** Makes the data directory, readable by its owner alone. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError('--data', `cannot be made a directory (${codeOf(cause)})`, { cause });
  }
}

/** The master key that is set, else that of the data directory. */
export async function masterKeyOf({
  masterKey,
  dataDir,
}: {
  readonly masterKey: Uint8Array | null;
  readonly dataDir: string;
}): Promise<Uint8Array> {
  return masterKey ?? (await readMasterKey(dataDir));
}

/** The master key of the data directory; made at the first start. */
export async function readMasterKey(dataDir: string): Promise<Uint8Array> {
  const text = await readText(dataDir, masterKeyFile);
  if (text === null) {
    await makeMasterKey(dataDir);
    return readMasterKey(dataDir);
  }
  const key = Buffer.from(text, 'base64');
  if (key.length === 32) return key;
  throw new ConfigError(masterKeyFile, 'in the data directory is not the base64 of 32 bytes');
}

/** Of two processes that start at once, the first to link its key wins; both then read that one. */
async function makeMasterKey(dataDir: string): Promise<void> {
  const fresh = join(dataDir, `${masterKeyFile}.${process.pid}`);
  try {
    await writeFile(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    await link(fresh, join(dataDir, masterKeyFile));
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return;
    throw new ConfigError('--data', `${masterKeyFile} cannot be written (${codeOf(cause)})`, {
      cause,
    });
  } finally {
    await rm(fresh, { force: true });
  }
}

/** The operator key kept in the data directory; null before there is one. */
export async function readOperatorKey(dataDir: string): Promise<string | null> {
  return readText(dataDir, operatorKeyFile);
}

export async function keepOperatorKey(dataDir: string, key: string): Promise<void> {
  await writePrivate(dataDir, operatorKeyFile, `${key}\n`);
}

/** Where the server of this data directory listens; null when none has said so. */
export async function readAddress(dataDir: string): Promise<ServerAddress | null> {
  const text = await readText(dataDir, addressFile);
  return text === null ? null : (JSON.parse(text) as ServerAddress);
}

export async function keepAddress(dataDir: string, address: ServerAddress): Promise<void> {
  await writePrivate(dataDir, addressFile, `${JSON.stringify(address)}\n`);
}

export async function forgetAddress(dataDir: string): Promise<void> {
  await rm(join(dataDir, addressFile), { force: true });
}

/** The names of what is in a data directory; none before there is one. */
export async function keptFiles(dataDir: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(dataDir));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return new Set();
    throw new ConfigError('--data', `cannot be read (${codeOf(cause)})`, { cause });
  }
}

async function readText(dataDir: string, name: string): Promise<string | null> {
  try {
    return (await readFile(join(dataDir, name), 'utf8')).trim();
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw new ConfigError('--data', `${name} cannot be read (${codeOf(cause)})`, { cause });
  }
}

async function writePrivate(dataDir: string, name: string, text: string): Promise<void> {
  const path = join(dataDir, name);
  const fresh = `${path}.new`;
  try {
    await writeFile(fresh, text, { mode: 0o600, flush: true });
    await chmod(fresh, 0o600);
    await rename(fresh, path);
  } catch (cause) {
    throw new ConfigError('--data', `${name} cannot be written (${codeOf(cause)})`, { cause });
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
}
