import { Worker } from 'node:worker_threads';
import type { SeedResult } from './run-seed.ts';

/** Seeds to run, by how many threads, and who is told of each result as it comes. */
export type SeedOrder = {
  readonly seeds: readonly number[];
  readonly threads: number;
  readonly tell: (result: SeedResult) => void;
};

/** Runs seeds, each alone in its world; the results stand in the order of the seeds. */
export async function runSeeds({ seeds, threads, tell }: SeedOrder): Promise<SeedResult[]> {
  const waiting = seeds.values();
  const results: SeedResult[] = [];
  const count = Math.min(threads, seeds.length);
  await Promise.all(
    Array.from({ length: count }, async () => {
      const worker = new Worker(new URL('./seed-thread.ts', import.meta.url));
      for (const seed of waiting) {
        const result = await ask(worker, seed);
        results.push(result);
        tell(result);
      }
      await worker.terminate();
    }),
  );
  return results.toSorted((a, b) => a.seed - b.seed);
}

function ask(worker: Worker, seed: number): Promise<SeedResult> {
  const { promise, resolve, reject } = Promise.withResolvers<SeedResult>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage(seed, []);
  return promise.finally(() => {
    worker.off('message', resolve);
    worker.off('error', reject);
  });
}
