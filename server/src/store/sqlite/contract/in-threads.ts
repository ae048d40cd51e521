import type { StoreUnderTest } from '../../contract/open-store.ts';
import { overFiles } from '../../contract/over-files.ts';
import { openSqliteStore } from '../sqlite-store.ts';

const masterKey = Buffer.alloc(32, 7);

/** The store as a server runs it, over files of its own. */
export function inThreads(): Promise<StoreUnderTest> {
  return overFiles((dataDir) =>
    openSqliteStore({
      dataDir,
      masterKey,
      atTurnEnd: setImmediate,
      onFailed: (cause) => {
        throw cause;
      },
    }),
  );
}
