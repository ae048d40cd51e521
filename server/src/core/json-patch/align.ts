import { limits } from '../limits.ts';
import { bytesAt } from './parts-of.ts';
import type { ValueAt } from './parts-of.ts';

/** What becomes of an element; both are there where one takes the other's place. */
export type Aligned = { readonly before: number | null; readonly after: number | null };

/**
 * Lays two lists beside each other, so that as many equal elements as can be stay where they are.
 * Lists too long for that, as `limits.patchCells` has it, are laid place by place.
 */
export function align(before: readonly ValueAt[], after: readonly ValueAt[]): Aligned[] {
  if (before.length * after.length > limits.patchCells) return besides(before.length, after.length);
  const numbers = new Map<string, number>();
  const kept = keptPairs(numbered(before, numbers), numbered(after, numbers));
  const aligned: Aligned[] = [];
  let [from, to] = [0, 0];
  for (const [left, right] of [...kept, [before.length, after.length] as const]) {
    const gap = besides(left - from, right - to);
    for (const each of gap) aligned.push(moved(each, from, to));
    if (left < before.length) aligned.push({ before: left, after: right });
    [from, to] = [left + 1, right + 1];
  }
  return aligned;
}

/** Equal elements get one number, so that each is looked through only once. */
function numbered(values: readonly ValueAt[], numbers: Map<string, number>): number[] {
  return values.map((value) => {
    const text = bytesAt(value).toString('latin1');
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}

function besides(beforeCount: number, afterCount: number): Aligned[] {
  return Array.from({ length: Math.max(beforeCount, afterCount) }, (_, index) => ({
    before: index < beforeCount ? index : null,
    after: index < afterCount ? index : null,
  }));
}

function moved({ before, after }: Aligned, from: number, to: number): Aligned {
  return {
    before: before === null ? null : before + from,
    after: after === null ? null : after + to,
  };
}

/** The longest common subsequence, as pairs of places. */
function keptPairs(
  before: readonly number[],
  after: readonly number[],
): (readonly [left: number, right: number])[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (left: number, right: number): number => lengths[left * width + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      lengths[left * width + right] =
        before[left] === after[right]
          ? at(left + 1, right + 1) + 1
          : Math.max(at(left + 1, right), at(left, right + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [left, right] = [0, 0];
  while (left < before.length && right < after.length) {
    if (before[left] === after[right]) {
      pairs.push([left, right]);
      [left, right] = [left + 1, right + 1];
    } else if (at(left + 1, right) >= at(left, right + 1)) left += 1;
    else right += 1;
  }
  return pairs;
}
