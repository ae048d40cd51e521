import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { projectRoot } from '../rules/project-files.ts';
import { runProgram } from '../run-program.ts';

const server = join(projectRoot, 'server');
const dist = join(server, 'dist');

/**
 * Builds the package's folder at `target`.
 *
 * It holds JavaScript: Node strips types only from files that lie outside node_modules.
 */
export async function buildPackage(target: string): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const compile = [compiler, '--project', join(server, 'tsconfig.build.json')];
  const { code, output } = await runProgram(process.execPath, compile, {
    cwd: projectRoot,
    env: process.env,
  });
  if (code !== 0) throw new Error(output);
  cpSync(join(server, 'src'), dist, { recursive: true, filter: isNoSource });
  mkdirSync(target, { recursive: true });
  for (const part of ['package.json', 'bin', 'dist']) copy(join(server, part), target, part);
  for (const part of ['LICENSE', 'README.md']) copy(join(projectRoot, part), target, part);
}

/** Data files travel along with the compiled ones; explanations of the source do not. */
function isNoSource(path: string): boolean {
  return !['.ts', '.md'].includes(extname(path));
}

function copy(from: string, target: string, part: string): void {
  if (existsSync(from)) cpSync(from, join(target, part), { recursive: true });
}
