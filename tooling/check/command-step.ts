import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { projectRoot } from '../rules/project-files.ts';
import type { Step } from './step.ts';

/** A step that runs a program written for Node; what it prints is shown only when it fails. */
export function commandStep(name: string, program: readonly string[], cwd = projectRoot): Step {
  return {
    name,
    run: async () => {
      const child = spawn(process.execPath, program, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      const ended = new Promise<number | null>((answer, refuse) => {
        child.once('error', refuse);
        child.once('close', answer);
      });
      const output = await Promise.all([text(child.stdout), text(child.stderr)]);
      const isGood = (await ended) === 0;
      return { isGood, report: isGood ? '' : output.join('').trimEnd() };
    },
  };
}
