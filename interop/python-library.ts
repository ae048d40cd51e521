import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../tooling/run-program.ts';

const root = join(import.meta.dirname, '..');
const requirements = join(import.meta.dirname, 'requirements.txt');
const home = join(root, 'node_modules', '.cache', 'interop');
const marker = join(home, '.installed');
/** The interpreter that knows the library. */
const python = join(home, 'bin', 'python');

/** Makes, unless it exists, a Python environment with exactly what requirements.txt names. */
export async function pythonWithLibrary(): Promise<string> {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return python;
  rmSync(home, { recursive: true, force: true });
  await mustRun('python3', ['-m', 'venv', home]);
  const install = ['install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
  await mustRun(python, ['-m', 'pip', ...install, '--requirement', requirements]);
  writeFileSync(marker, wanted);
  return python;
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runProgram(command, args, { cwd: root, env: process.env });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited ${code}:\n${output}`);
}
