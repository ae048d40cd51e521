import { createReadStream } from 'node:fs';
import { ConfigError } from '../app/config-error.ts';
import { limits } from '../core/limits.ts';
import type { Shell } from './shell.ts';

/**
 * The lines of a file, or of standard input for `-`, without those that are empty. Null stands for
 * one over `limits.commandLineBytes`, which is not kept.
 */
export async function* readLines(
  path: string,
  { option, input }: { readonly option: string; readonly input: Shell['input'] },
): AsyncGenerator<string | null, void> {
  const source: Shell['input'] = path === '-' ? input : createReadStream(path);
  const line = new PartialLine();
  try {
    for await (const chunk of source) yield* line.take(asBuffer(chunk));
  } catch (cause) {
    throw new ConfigError(option, `${path} cannot be read`, { cause });
  }
  yield* line.take(Buffer.from('\n'));
}

function asBuffer(chunk: Uint8Array | string): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk);
}

const lineFeed = 10;

class PartialLine {
  #parts: Buffer[] = [];
  #bytes = 0;

  *take(chunk: Buffer): Generator<string | null, void> {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      this.#add(chunk.subarray(from, at));
      yield* this.#finish();
      from = at + 1;
    }
    this.#add(chunk.subarray(from));
  }

  #add(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes <= limits.commandLineBytes) this.#parts.push(part);
    else this.#parts = [];
  }

  *#finish(): Generator<string | null, void> {
    const text = Buffer.concat(this.#parts).toString('utf8').trim();
    const isTooLong = this.#bytes > limits.commandLineBytes;
    this.#parts = [];
    this.#bytes = 0;
    if (isTooLong) yield null;
    else if (text !== '') yield text;
  }
}
