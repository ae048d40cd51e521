import type { Buffer } from 'node:buffer';
import { JsonScanner } from '../json-scanner.ts';

/** A JSON value by where it stands. */
export type ValueAt = { readonly bytes: Buffer; readonly start: number; readonly end: number };

/** A value that is all of some bytes. */
export function wholeValue(bytes: Uint8Array): ValueAt {
  const scanner = new JsonScanner(bytes);
  scanner.space();
  const start = scanner.at;
  scanner.value();
  return { bytes: scanner.bytes, start, end: scanner.at };
}

/** What kind of value it is, as far as its parts go. */
export function kindOf({ bytes, start }: ValueAt): 'object' | 'list' | 'plain' {
  if (bytes[start] === 0x7b) return 'object';
  return bytes[start] === 0x5b ? 'list' : 'plain';
}

/**
 * The members of an object; null when there are more than `most`, or a name stands twice, so that
 * nobody knows what it says.
 */
export function membersOf({ bytes, start }: ValueAt, most: number): Map<string, ValueAt> | null {
  const scanner = scannerAt(bytes, start);
  const members = new Map<string, ValueAt>();
  let isPlain = true;
  scanner.members((name) => {
    const from = scanner.at;
    const isValue = scanner.value();
    isPlain = !members.has(name) && members.size < most;
    members.set(name, { bytes, start: from, end: scanner.at });
    return isValue && isPlain;
  });
  return isPlain ? members : null;
}

/** The elements of a list; null when there are more than `most`. */
export function elementsOf({ bytes, start }: ValueAt, most: number): ValueAt[] | null {
  const scanner = scannerAt(bytes, start);
  const elements: ValueAt[] = [];
  scanner.elements(() => {
    const from = scanner.at;
    const isValue = scanner.value();
    elements.push({ bytes, start: from, end: scanner.at });
    return isValue && elements.length <= most;
  });
  return elements.length > most ? null : elements;
}

/** Whether two values have the same bytes. */
export function isSame(before: ValueAt, after: ValueAt): boolean {
  if (before.end - before.start !== after.end - after.start) return false;
  return before.bytes.compare(after.bytes, after.start, after.end, before.start, before.end) === 0;
}

/** The bytes of a value, as a view. */
export function bytesAt({ bytes, start, end }: ValueAt): Buffer {
  return bytes.subarray(start, end);
}

function scannerAt(bytes: Buffer, start: number): JsonScanner {
  const scanner = new JsonScanner(bytes);
  scanner.at = start;
  return scanner;
}
