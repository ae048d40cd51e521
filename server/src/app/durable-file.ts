import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from './config-error.ts';

/** Sees to it that what was written to a file or directory outlives a power cut. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a finished file its name; one that has the name stays, unless it is to be replaced. */
export async function putInPlace(
  fresh: string,
  path: string,
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  await syncPath(fresh);
  if (replaces) await rename(fresh, path);
  else {
    try {
      await link(fresh, path);
    } catch (cause) {
      if (!isTaken(cause)) throw cause;
      throw new ConfigError(path, 'exists; --force replaces it', { cause });
    } finally {
      await rm(fresh, { force: true });
    }
  }
  await syncPath(dirname(path));
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
}
