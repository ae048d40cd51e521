import { join } from 'node:path';

import type { Clock } from '../core/clock.ts';
import { openSqliteInline } from '../store/sqlite/sqlite-inline.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { readMasterKey } from './data-dir.ts';
import { StoreTrouble } from './store-trouble.ts';
import { systemChance } from './system-chance.ts';

/** Opens the store of the data directory; throws {@link StoreTrouble} when that cannot be. */
export async function openStore(
  config: Config,
  { clock, onFailed }: { clock: Clock; onFailed: (cause: Error) => void },
): Promise<Store> {
  const masterKey = config.masterKey ?? (await readMasterKey(config.dataDir));
  try {
    return openSqliteInline({
      path: join(config.dataDir, 'posthorn.db'),
      masterKey,
      clock,
      chance: systemChance,
      onFailed,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreTrouble(`the store cannot be opened: ${reason}`, { cause });
  }
}
