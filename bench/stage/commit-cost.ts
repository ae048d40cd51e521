import { Buffer } from 'node:buffer';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './quantile.ts';

const commitCount = 100;
const pageBytes = 4_096;

/** Measures one durable commit in a directory: the median of 4 KiB written and synced. */
export function commitCostMs(dir: string): number {
  const path = join(dir, 'commit-cost');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(pageBytes, 1);
  const costs = Array.from({ length: commitCount }, () => {
    const startedAt = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  rmSync(path);
  return median(costs);
}
