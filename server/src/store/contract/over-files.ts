import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../store.ts';
import type { StoreUnderTest } from './open-store.ts';

/** A store over files that can be closed, opened again, and cut off by opening a copy of them. */
export async function overFiles(open: (folder: string) => Promise<Store>): Promise<StoreUnderTest> {
  const folders = [mkdtempSync(join(tmpdir(), 'posthorn-store-'))];
  let store = await open(folders[0] ?? '');
  const replace = async (folder: string, close: boolean): Promise<Store> => {
    const old = store;
    if (close) await old[Symbol.asyncDispose]();
    store = await open(folder);
    if (!close) await old[Symbol.asyncDispose]();
    return store;
  };
  return {
    get store() {
      return store;
    },
    reopen: () => replace(folders.at(-1) ?? '', true),
    crash: () => {
      const copy = mkdtempSync(join(tmpdir(), 'posthorn-store-'));
      copyFiles(folders.at(-1) ?? '', copy);
      folders.push(copy);
      return replace(copy, false);
    },
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      for (const folder of folders) rmSync(folder, { recursive: true });
    },
  };
}

/** By another process: closing a copied file in this one would end SQLite's locks on it. */
function copyFiles(from: string, to: string): void {
  const names = ['owner.db', 'posthorn.db', 'posthorn.db-wal'];
  const present = names.map((name) => join(from, name)).filter((path) => existsSync(path));
  execFileSync('cp', [...present, to]);
}
