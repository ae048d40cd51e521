import { limits } from '../limits.ts';
import { align } from './align.ts';
import type { Aligned } from './align.ts';
import { operationBytes, pathTo } from './operations.ts';
import type { Operation } from './operations.ts';
import { bytesAt, elementsOf, isSame, kindOf, membersOf, wholeValue } from './parts-of.ts';
import type { ValueAt } from './parts-of.ts';

/**
 * The operations of a JSON Patch (RFC 6902) that turn one JSON text into another; the values in it
 * are those of the second, byte for byte, so that no digit of a number is lost. Nothing is parsed.
 * What has many changes is replaced whole where that takes fewer bytes, and so is what would take
 * reading more than `limits.patchReadBytes`, or holding more than `limits.patchParts` members and
 * elements, in all. Both texts were checked before.
 *
 * @param path  where the value stands in the document, by JSON Pointer.
 */
export function makePatch(before: Uint8Array, after: Uint8Array, path: string): Operation[] {
  return new PatchMaker().changes(wholeValue(before), wholeValue(after), path);
}

/** Members with these names are reached by no patch: libraries refuse to step through them. */
const unreachable = new Set(['__proto__', 'constructor', 'prototype']);

class PatchMaker {
  #bytesLeft: number = limits.patchReadBytes;
  #partsLeft: number = limits.patchParts;

  changes(before: ValueAt, after: ValueAt, path: string): Operation[] {
    if (isSame(before, after)) return [];
    const replaced: Operation = { op: 'replace', path, value: bytesAt(after) };
    const kind = kindOf(before);
    if (kind === 'plain' || kind !== kindOf(after) || !this.#mayRead(before, after)) {
      return [replaced];
    }
    const changed =
      kind === 'object'
        ? this.#objectChanges(before, after, path)
        : this.#listChanges(before, after, path);
    if (changed === null) return [replaced];
    const bytes = changed.reduce((sum, each) => sum + operationBytes(each), 0);
    return bytes < operationBytes(replaced) ? changed : [replaced];
  }

  #mayRead(before: ValueAt, after: ValueAt): boolean {
    this.#bytesLeft -= before.end - before.start + (after.end - after.start);
    return this.#bytesLeft >= 0;
  }

  #mayHold(parts: number): boolean {
    this.#partsLeft -= parts;
    return this.#partsLeft >= 0;
  }

  #objectChanges(before: ValueAt, after: ValueAt, path: string): Operation[] | null {
    const [old, now] = [membersOf(before, this.#partsLeft), membersOf(after, this.#partsLeft)];
    if (old === null || now === null || !this.#mayHold(old.size + now.size)) return null;
    const operations: Operation[] = [];
    for (const name of old.keys()) {
      if (now.has(name)) continue;
      if (unreachable.has(name)) return null;
      operations.push({ op: 'remove', path: pathTo(path, name) });
    }
    for (const [name, value] of now) {
      const earlier = old.get(name);
      const changed = this.#memberChanges(earlier ?? null, value, pathTo(path, name));
      if (changed.length > 0 && unreachable.has(name)) return null;
      for (const each of changed) operations.push(each);
    }
    return operations;
  }

  #memberChanges(before: ValueAt | null, after: ValueAt, path: string): Operation[] {
    if (before !== null) return this.changes(before, after, path);
    return [{ op: 'add', path, value: bytesAt(after) }];
  }

  #listChanges(before: ValueAt, after: ValueAt, path: string): Operation[] | null {
    const [old, now] = [elementsOf(before, this.#partsLeft), elementsOf(after, this.#partsLeft)];
    if (old === null || now === null || !this.#mayHold(old.length + now.length)) return null;
    const { start, end } = sameEnds(old, now);
    const middle = align(old.slice(start, old.length - end), now.slice(start, now.length - end));
    const operations: Operation[] = [];
    // Where the next element stands once all before it are done.
    let at = start;
    for (const pair of middle) {
      const [earlier, value] = [partAt(old, pair.before, start), partAt(now, pair.after, start)];
      if (value === null) operations.push({ op: 'remove', path: pathTo(path, at) });
      else {
        const changed = this.#memberChanges(earlier, value, pathTo(path, at));
        for (const each of changed) operations.push(each);
        at += 1;
      }
    }
    return operations;
  }
}

function partAt(
  parts: readonly ValueAt[],
  index: Aligned['before'],
  start: number,
): ValueAt | null {
  return index === null ? null : (parts[index + start] ?? null);
}

/** How many elements are the same at the beginning, and how many of the rest at the end. */
function sameEnds(
  before: readonly ValueAt[],
  after: readonly ValueAt[],
): { readonly start: number; readonly end: number } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && isSameAt(before, after, start, start)) start += 1;
  let end = 0;
  while (
    end < most - start &&
    isSameAt(before, after, before.length - 1 - end, after.length - 1 - end)
  ) {
    end += 1;
  }
  return { start, end };
}

function isSameAt(
  before: readonly ValueAt[],
  after: readonly ValueAt[],
  left: number,
  right: number,
): boolean {
  const [earlier, later] = [before[left], after[right]];
  return earlier !== undefined && later !== undefined && isSame(earlier, later);
}
