import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { StoreOpenError } from '../store/sqlite/store-open-error.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { masterKeyOf } from './data-dir.ts';
import { StoreTrouble } from './store-trouble.ts';
import type { LoopCells } from './threads/measure-loop.ts';

/**
 * Opens the store of the data directory; throws {@link StoreTrouble} when that cannot be, and
 * {@link ConfigError} when the master key is another one.
 */
export async function openStore(
  config: Config,
  { onFailed, loops }: { onFailed: (cause: Error) => void; loops: LoopCells },
): Promise<Store> {
  const { dataDir } = config;
  const masterKey = await masterKeyOf(config);
  const atTurnEnd = (run: () => void): void => void setImmediate(run);
  try {
    return await openSqliteStore({ dataDir, masterKey, atTurnEnd, onFailed, loops });
  } catch (cause) {
    if (!(cause instanceof StoreOpenError)) throw cause;
    if (cause.code !== 'wrong_key') throw new StoreTrouble(cause.message, { cause });
    const key = config.masterKey === null ? 'master.key' : 'POSTHORN_MASTER_KEY';
    throw new ConfigError(key, 'is not the key that this database was made with', { cause });
  }
}
