import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from '../../app/config-error.ts';

/** What is kept from one run of `posthorn listen` to the next. */
export type ListenKept = {
  /** All up to here was handed on; null before anything was seen. */
  readonly after: string | null;
  /** Signs what is handed on. */
  readonly secret: string;
};

/** A file that says how far a listener has come; it holds a secret, so others may not read it. */
export class ListenState {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Null when there is none yet. */
  async read(): Promise<ListenKept | null> {
    const text = await readFile(this.path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw new ConfigError('--state', `${this.path} cannot be read (${cause.code})`, { cause });
    });
    if (text === null) return null;
    const kept = keptIn(text);
    if (kept !== null) return kept;
    throw new ConfigError('--state', `${this.path} holds something else; name another file`);
  }

  /** Replaces it as a whole, so that a crash leaves what was kept before. */
  async keep(kept: ListenKept): Promise<void> {
    const fresh = `${this.path}.new`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(fresh, `${JSON.stringify(kept)}\n`, { mode: 0o600, flush: true });
      await rename(fresh, this.path);
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      throw new ConfigError('--state', `${this.path} cannot be written (${code})`, { cause });
    }
  }
}

function keptIn(text: string): ListenKept | null {
  try {
    const { after, secret } = JSON.parse(text) as Partial<ListenKept>;
    const isCursor = after === null || typeof after === 'string';
    return isCursor && typeof secret === 'string' ? { after, secret } : null;
  } catch {
    return null;
  }
}
