import type { Position } from '../../../core/ids.ts';
import type { Scanned } from './scan.ts';

/**
 * One page of scans that go newest first over different rows. A scan says nothing of what lies
 * before its `next`, so the page reaches only as far as the one that stopped first.
 */
export function mergeScans(scans: readonly Scanned[], limit: number): Scanned {
  const reached = Math.max(0, ...scans.map(({ next }) => next ?? 0));
  const all = scans
    .flatMap(({ positions }) => positions)
    .filter((position) => position >= reached)
    .toSorted((a, b) => b - a);
  const positions = all.slice(0, limit);
  const last = positions.at(-1);
  if (all.length > limit && last !== undefined) return { positions, next: last as Position };
  return { positions, next: reached === 0 ? null : (reached as Position) };
}
