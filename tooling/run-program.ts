import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** How a program ended; `output` is what it said on both streams. */
export type Ended = { code: number | null; stdout: string; output: string };

/** Where a program runs and what it may see; nothing else is inherited. */
export type Surroundings = { cwd: string; env: NodeJS.ProcessEnv };

/** Runs a program to its end, without input. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env }: Surroundings,
): Promise<Ended> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((answer, refuse) => {
    child.once('error', refuse);
    child.once('close', answer);
  });
  const reading = [text(child.stdout), text(child.stderr)] as const;
  const [code, stdout, stderr] = await Promise.all([ended, ...reading]);
  return { code, stdout, output: stdout + stderr };
}
