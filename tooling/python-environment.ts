import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './rules/project-files.ts';
import { runProgram } from './run-program.ts';

/**
 * Makes, unless it exists, a Python environment with exactly what a requirements file names, and
 * answers the folder of its programs. Needs `python3` with `venv`, and the package index once.
 */
export async function pythonEnvironment(name: string, requirements: string): Promise<string> {
  const home = join(projectRoot, 'node_modules', '.cache', name);
  const marker = join(home, '.installed');
  const programs = join(home, 'bin');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return programs;
  rmSync(home, { recursive: true, force: true });
  await mustRun('python3', ['-m', 'venv', home]);
  const install = ['install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
  const python = join(programs, 'python');
  await mustRun(python, ['-m', 'pip', ...install, '--requirement', requirements]);
  writeFileSync(marker, wanted);
  return programs;
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runProgram(command, args, { cwd: projectRoot, env: process.env });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited ${code}:\n${output}`);
}
