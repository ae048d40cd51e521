import { runSteps } from './check/run-steps.ts';
import { steps } from './check/steps.ts';

const { passedCount, failedCount } = await runSteps(steps(), (line) => console.log(line));
console.log(`${passedCount} passed, ${failedCount} failed`);
process.exitCode = failedCount === 0 ? 0 : 1;
