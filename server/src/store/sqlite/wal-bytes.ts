import { closeSync, openSync, readSync, statSync } from 'node:fs';

const headBytes = 32;
const frameHeadBytes = 24;
const pageBytes = 4_096;

/** The size of a page with its head in the write-ahead log. */
export const frameBytes = frameHeadBytes + pageBytes;

/**
 * How much of a write-ahead log is in use. Its file keeps its size when SQLite starts it over, so
 * beyond `bytesMin` the salts tell: frames of this round carry those of the head, older ones do
 * not. Reading the log is safe: SQLite's locks are on its other files.
 *
 * @param bytesMin  a file smaller than this is answered by its size.
 * @see https://www.sqlite.org/fileformat2.html#walformat
 */
export function walBytes(path: string, bytesMin: number): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < bytesMin || size <= headBytes) return size;
  const file = openSync(path, 'r');
  try {
    return headBytes + usedFrames(file, Math.floor((size - headBytes) / frameBytes)) * frameBytes;
  } finally {
    closeSync(file);
  }
}

/** Used frames stand before unused ones, so halving finds the border. */
function usedFrames(file: number, count: number): number {
  const salt = readAt(file, 16);
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const isUsed = readAt(file, headBytes + middle * frameBytes + 8).equals(salt);
    if (isUsed) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Both salts: 8 bytes. */
function readAt(file: number, position: number): Buffer {
  const salts = Buffer.alloc(8);
  readSync(file, salts, 0, salts.length, position);
  return salts;
}
