/** `npm run python-check`: style, types and tests of the SDK for Python, against a real server. */
import { join } from 'node:path';
import { pythonEnvironment } from '../tooling/python-environment.ts';
import { projectRoot } from '../tooling/rules/project-files.ts';
import { runProgram } from '../tooling/run-program.ts';
import { exitCodeOf, tallyLine } from '../tooling/test/tally.ts';
import type { Tally } from '../tooling/test/tally.ts';

const home = join(projectRoot, 'sdks', 'python');
const checks: readonly (readonly [says: string, command: string, args: readonly string[]])[] = [
  ['its code keeps to the rules', 'ruff', ['check', '--no-cache', 'src', 'tests']],
  ['it is formatted', 'ruff', ['format', '--no-cache', '--check', 'src', 'tests']],
  ['its types hold', 'mypy', ['--cache-dir', '/dev/null', 'src']],
];

const tally = await checked().catch((cause: unknown): Tally => {
  console.log(cause instanceof Error ? cause.message : String(cause));
  return { passed: 0, failed: 1, skipped: 0 };
});
console.log(tallyLine(tally));
process.exitCode = exitCodeOf(tally);

async function checked(): Promise<Tally> {
  const programs = await pythonEnvironment('python-sdk', join(home, 'requirements.txt'));
  const found = await tested(programs);
  let { passed, failed } = found;
  for (const [says, command, args] of checks) {
    const isFine = await holds(says, join(programs, command), args);
    passed += isFine ? 1 : 0;
    failed += isFine ? 0 : 1;
  }
  return { passed, failed, skipped: found.skipped };
}

/** What pytest counts in its last line. */
async function tested(programs: string): Promise<Tally> {
  const args = ['-q', '--no-header', '-rs', '-p', 'no:cacheprovider'];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { code, output } = await runProgram(join(programs, 'pytest'), args, { cwd: home, env });
  console.log(output.trimEnd());
  const count = (word: string): number =>
    Number(new RegExp(`(\\d+) ${word}`).exec(output.split('\n').slice(-3).join('\n'))?.[1] ?? 0);
  const failed = count('failed') + count('error');
  if (code !== 0 && failed === 0) throw new Error(`pytest ended with ${code}`);
  return { passed: count('passed'), failed, skipped: count('skipped') };
}

async function holds(says: string, command: string, args: readonly string[]): Promise<boolean> {
  const { code, output } = await runProgram(command, args, { cwd: home, env: process.env });
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${says}`);
  if (code !== 0) console.log(output);
  return code === 0;
}
