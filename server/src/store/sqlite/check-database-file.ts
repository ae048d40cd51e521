import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StoreOpenError } from './store-open-error.ts';

const magic = 'SQLite format 3\0';
const headBytes = 100;
const pageSizeAt = 16;
const pageCountAt = 28;
/** What the header says for a page of 65,536 bytes, which its two bytes cannot hold. */
const largestPage = 1;

/**
 * Refuses a database file that is missing or empty though it was made before, is none, or is
 * shorter than its header says: it must never be made anew in silence. Call it before SQLite opens
 * the file: closing any handle of it would end SQLite's locks.
 */
export function checkDatabaseFile(path: string, hasBeenMade: boolean): void {
  const size = sizeOf(path);
  const logSize = sizeOf(`${path}-wal`);
  if (size === 0) {
    if (hasBeenMade || logSize > 0) throw damaged(path, 'is missing or empty');
    return;
  }
  const head = readHead(path);
  if (size < headBytes || head.toString('latin1', 0, magic.length) !== magic) {
    throw damaged(path, 'is not a SQLite database');
  }
  const pageSize = head.readUInt16BE(pageSizeAt);
  const pageBytes = pageSize === largestPage ? 65_536 : pageSize;
  // What is missing may still stand in the log, when a checkpoint was cut off.
  if (head.readUInt32BE(pageCountAt) * pageBytes > size + logSize) {
    throw damaged(path, 'is shorter than it says itself');
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(headBytes);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, headBytes, 0);
    return head;
  } finally {
    closeSync(file);
  }
}

function damaged(path: string, how: string): StoreOpenError {
  return new StoreOpenError('damaged', `${path} ${how}; restore it from a backup`);
}
