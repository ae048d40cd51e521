import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintOf } from '../store/sqlite/engine/sealer.ts';
import { inspectDatabase } from '../store/sqlite/inspect-database.ts';
import type { InspectedDatabase } from '../store/sqlite/inspect-database.ts';
import { databasePath } from '../store/sqlite/open-owned.ts';
import { StoreOpenError } from '../store/sqlite/store-open-error.ts';
import { ConfigError } from './config-error.ts';
import { prepareDataDir } from './data-dir.ts';
import { syncPath } from './durable-file.ts';
import { keysPath, readKeptKeys } from './kept-keys.ts';
import { schemaVersion } from './schema-version.ts';
import { StoreTrouble } from './store-trouble.ts';

/** What is to be restored, and where to. */
export type RestoreOrder = {
  readonly file: string;
  readonly dataDir: string;
  /** The file with the keys; null for the one beside the backup, if there is one. */
  readonly keys: string | null;
  /** The master key from the environment; null when it is not there. */
  readonly masterKey: Uint8Array | null;
};

/** What was restored. */
export type Restored = {
  readonly dataDir: string;
  readonly schema: number;
  /** Whether a key that opens its secrets is at hand. */
  readonly hasMasterKey: boolean;
};

const ownerOnly = 0o600;

/**
 * Makes a data directory of a backup; refuses one that holds anything. The next start raises the
 * epoch of the database, as every start does.
 */
export async function restore(order: RestoreOrder): Promise<Restored> {
  const { file, dataDir, masterKey } = order;
  await prepareDataDir(dataDir);
  if ((await readdir(dataDir)).length > 0) {
    throw new ConfigError('--data', `${dataDir} is not empty; restore into a new directory`);
  }
  const found = inspect(file);
  const keys = await readKeys(order);
  const keyText = keys['master.key'];
  const key = keyText === undefined ? masterKey : Buffer.from(keyText, 'base64');
  if (key !== null) requireKey(found, key);
  await fill(order, keys);
  return { dataDir, schema: found.schema, hasMasterKey: key !== null };
}

function inspect(file: string): InspectedDatabase {
  try {
    const found = inspectDatabase(file, true);
    if (found.damage !== null) throw new StoreTrouble(`${file} is damaged: ${found.damage}`);
    const newest = schemaVersion();
    if (found.schema <= newest) return found;
    const says = `${file} has schema ${found.schema}; this version of Posthorn knows ${newest}`;
    throw new StoreTrouble(says);
  } catch (cause) {
    if (!(cause instanceof StoreOpenError)) throw cause;
    throw new StoreTrouble(cause.message, { cause });
  }
}

function requireKey({ keyFingerprint }: InspectedDatabase, key: Uint8Array): void {
  if (keyFingerprint === null || keyFingerprint === fingerprintOf(key)) return;
  throw new ConfigError('master.key', 'is not the key that this database was made with');
}

async function readKeys({ file, keys }: RestoreOrder): Promise<Readonly<Record<string, string>>> {
  const path = keys ?? keysPath(file);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null && keys === null) return {};
  const read = text === null ? null : readKeptKeys(text);
  if (read === null) throw new ConfigError(path, 'is not a file with keys of Posthorn');
  return read;
}

/** The database last: a directory without it is refused by nobody and holds nothing yet. */
async function fill(
  { file, dataDir }: RestoreOrder,
  keys: Readonly<Record<string, string>>,
): Promise<void> {
  const path = databasePath(dataDir);
  try {
    for (const [name, text] of Object.entries(keys)) {
      const flags = { mode: ownerOnly, flag: 'wx', flush: true };
      await writeFile(join(dataDir, name), `${text}\n`, flags);
    }
    await copyFile(file, path);
    await chmod(path, ownerOnly);
    await syncPath(path);
    await syncPath(dataDir);
  } catch (cause) {
    for (const name of [...Object.keys(keys), 'posthorn.db']) {
      await rm(join(dataDir, name), { force: true });
    }
    throw new ConfigError('--data', `${dataDir} cannot be filled`, { cause });
  }
}
