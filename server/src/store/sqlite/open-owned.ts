import { join } from 'node:path';
import type { Instant } from '../../core/instant.ts';
import { checkDatabaseFile } from './check-database-file.ts';
import type { WriteContext } from './engine/context.ts';
import { openWriter } from './engine/open-writer.ts';
import type { Sealer } from './engine/sealer.ts';
import { lockOwner } from './owner-lock.ts';
import { isDamage } from './sqlite-failure.ts';
import { StoreOpenError } from './store-open-error.ts';

/** A database whose directory belongs to this process. */
export type Owned = { readonly context: WriteContext; readonly path: string } & Disposable;

/** The database file of a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, 'posthorn.db');
}

/** Takes the data directory and opens its database; throws {@link StoreOpenError}. */
export function openOwned(options: {
  readonly dataDir: string;
  readonly sealer: Sealer;
  readonly now: () => Instant;
}): Owned {
  const path = databasePath(options.dataDir);
  const owner = lockOwner(options.dataDir);
  try {
    checkDatabaseFile(path, owner.hasBeenMade);
    const context = openWriter({ path, sealer: options.sealer, now: options.now });
    if (!owner.hasBeenMade) owner.markMade();
    const close = (): void => {
      context.db.close();
      owner[Symbol.dispose]();
    };
    return { context, path, [Symbol.dispose]: close };
  } catch (cause) {
    owner[Symbol.dispose]();
    throw asOpenError(cause, path);
  }
}

function asOpenError(cause: unknown, path: string): StoreOpenError {
  if (cause instanceof StoreOpenError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isDamage(cause)) {
    return new StoreOpenError('damaged', `${path} is damaged: ${reason}`, { cause });
  }
  return new StoreOpenError('unwritable', `${path} cannot be opened: ${reason}`, { cause });
}
