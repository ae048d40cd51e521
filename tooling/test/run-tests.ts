import { runFile } from './run-file.ts';
import type { Tally } from './tally.ts';

/** Runs test files, two at a time, prints what is worth reading of each, and adds them up. */
export async function runTests(
  files: readonly string[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<Tally> {
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  const waiting = files.values();
  const work = async (): Promise<void> => {
    for (const file of waiting) {
      const { tally, lines } = await runFile(file, signal);
      print(lines.join('\n'));
      total.passed += tally.passed;
      total.failed += tally.failed;
      total.skipped += tally.skipped;
    }
  };
  await Promise.all([work(), work()]);
  return total;
}
