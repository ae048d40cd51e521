import type { Step, StepAnswer } from './step.ts';

/** Runs every step, also after one failed, and answers how many passed and failed. */
export async function runSteps(
  steps: readonly Step[],
  print: (line: string) => void,
): Promise<{ passedCount: number; failedCount: number }> {
  let failedCount = 0;
  for (const step of steps) {
    const startedAt = performance.now();
    const { isGood, report } = await answerOf(step);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    print(`${isGood ? 'ok  ' : 'FAIL'} ${step.name.padEnd(16)} ${seconds.padStart(6)} s`);
    if (!isGood) failedCount += 1;
    if (report !== '') print(report);
  }
  return { passedCount: steps.length - failedCount, failedCount };
}

async function answerOf(step: Step): Promise<StepAnswer> {
  try {
    return await step.run();
  } catch (error) {
    return { isGood: false, report: String(error) };
  }
}
