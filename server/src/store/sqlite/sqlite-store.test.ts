import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { instant } from '../../core/instant.ts';
import { storeContract } from '../contract/all.contract.ts';
import type { StoreUnderTest } from '../contract/open-store.ts';
import { openSqliteInline } from './sqlite-inline.ts';

const masterKey = Buffer.alloc(32, 7);
const clock = { now: () => instant(1_750_000_000_000), monotonicMs: () => 0 };
const chance = { bytes: (count: number) => randomBytes(count) };

async function openInline(): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-inline-'));
  const open = () =>
    openSqliteInline({ path: join(folder, 'posthorn.db'), masterKey, clock, chance });
  let store = open();
  return {
    get store() {
      return store;
    },
    reopen: async () => {
      await store[Symbol.asyncDispose]();
      store = open();
      return store;
    },
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

storeContract('SQLite in this thread', openInline);
