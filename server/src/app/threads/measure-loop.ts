import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

import { limits } from '../../core/limits.ts';
import type { LoopState } from '../../telemetry/state-metrics.ts';

/** The threads that are measured, in the order of their cells. */
const threads = ['main', 'store', 'reader', 'sender'] as const;

/** Memory that all threads share: what each of them noted last. */
export type LoopCells = SharedArrayBuffer;

const cellsEach = 3;
const nanosecondsPerMs = 1_000_000;

export function makeLoopCells(): LoopCells {
  return new SharedArrayBuffer(threads.length * cellsEach * Float64Array.BYTES_PER_ELEMENT);
}

/**
 * Has the calling thread note from now on how its event loop does; keeps no process alive. Samples
 * are few: at 20 a second they would double what an idle server costs.
 */
export function measureLoop(cells: LoopCells, thread: (typeof threads)[number]): Disposable {
  const own = new Float64Array(cells).subarray(threads.indexOf(thread) * cellsEach);
  const delays = monitorEventLoopDelay({ resolution: limits.loopSampleMs });
  // What is measured is the time from one sample to the next, which includes the wait meant.
  const late = (nanoseconds: number): number =>
    Math.max(0, nanoseconds / nanosecondsPerMs - limits.loopSampleMs);
  delays.enable();
  const timer = setInterval(() => {
    const { active } = performance.eventLoopUtilization();
    own.set([active, late(delays.mean), late(delays.max)]);
    delays.reset();
  }, limits.loopPeriodMs);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      delays.disable();
    },
  };
}

/** What each thread noted last; nothing but zeros in the first period. */
export function readLoops(cells: LoopCells): LoopState[] {
  const all = new Float64Array(cells);
  return threads.map((thread, index) => {
    const [busyMs = 0, mean = 0, max = 0] = all.subarray(index * cellsEach);
    return { thread, busyMs, delayMs: { mean, max } };
  });
}
