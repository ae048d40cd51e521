import { runProgram } from '../run-program.ts';
import { projectRoot } from '../rules/project-files.ts';
import type { Step } from './step.ts';

/** A step that runs a program written for Node; what it prints is shown only when it fails. */
export function commandStep(name: string, program: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const surroundings = { cwd: projectRoot, env: process.env };
      const { code, output } = await runProgram(process.execPath, program, surroundings);
      return { isGood: code === 0, report: code === 0 ? '' : output.trimEnd() };
    },
  };
}
