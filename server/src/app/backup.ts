import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backupDatabase } from '../store/sqlite/backup-database.ts';
import { inspectDatabase } from '../store/sqlite/inspect-database.ts';
import { databasePath } from '../store/sqlite/open-owned.ts';
import { StoreOpenError } from '../store/sqlite/store-open-error.ts';
import { ConfigError } from './config-error.ts';
import { keyFiles, keysPath } from './kept-keys.ts';
import type { KeptKeys } from './kept-keys.ts';
import { putInPlace } from './durable-file.ts';
import { StoreTrouble } from './store-trouble.ts';

/** What is to be backed up, and where to. */
export type BackupOrder = {
  readonly dataDir: string;
  readonly file: string;
  /** Whether the keys go into a second file beside it. */
  readonly withKeys: boolean;
  /** Whether files of those names are replaced. */
  readonly force: boolean;
  readonly heard: (copied: { readonly doneCount: number; readonly totalCount: number }) => void;
};

/** What was backed up. */
export type BackedUp = {
  readonly file: string;
  readonly bytes: number;
  readonly schema: number;
  /** The file with the keys; null when they were left out. */
  readonly keysFile: string | null;
};

const ownerOnly = 0o600;

/**
 * Copies the database of a data directory into one file, checked and durable, while its server
 * runs. The keys are not in it: who has both can read every secret.
 */
export async function backUp(order: BackupOrder): Promise<BackedUp> {
  const { dataDir, file, withKeys, force, heard } = order;
  const from = databasePath(dataDir);
  if (!force) await refuseTaken([file, ...(withKeys ? [keysPath(file)] : [])]);
  const fresh = `${file}.partial-${process.pid}`;
  try {
    await (await open(fresh, 'wx', ownerOnly)).close();
    await backupDatabase(from, fresh, heard);
    const { schema, damage } = inspectDatabase(fresh, true);
    if (damage !== null)
      throw new StoreTrouble(`the copy is damaged, as ${from} may be: ${damage}`);
    const { size } = await stat(fresh);
    const keysFile = withKeys ? await backUpKeys(order) : null;
    await putInPlace(fresh, file, { replaces: force });
    return { file, bytes: size, schema, keysFile };
  } catch (cause) {
    throw cause instanceof StoreOpenError
      ? new StoreTrouble(cause.message, { cause })
      : asTrouble(cause, from);
  } finally {
    await rm(fresh, { force: true });
  }
}

async function refuseTaken(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found !== null) throw new ConfigError(path, 'exists; --force replaces it');
  }
}

async function backUpKeys({ dataDir, file, force }: BackupOrder): Promise<string> {
  const keys: Record<string, string> = {};
  for (const name of keyFiles) {
    const text = await readFile(join(dataDir, name), 'utf8').catch(() => null);
    if (text !== null) keys[name] = text.trim();
  }
  const path = keysPath(file);
  const fresh = `${path}.partial-${process.pid}`;
  const text = `${JSON.stringify({ posthornKeys: keys } satisfies KeptKeys)}\n`;
  await writeFile(fresh, text, { mode: ownerOnly, flag: 'wx' });
  await putInPlace(fresh, path, { replaces: force });
  return path;
}

function asTrouble(cause: unknown, from: string): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  if (cause.code === 'ERR_SQLITE_ERROR') {
    return new StoreTrouble(`${from} cannot be copied: ${cause.message}`, { cause });
  }
  return typeof cause.code === 'string' && cause.code.startsWith('E')
    ? new ConfigError('backup', `the file cannot be written (${cause.code})`, { cause })
    : cause;
}
