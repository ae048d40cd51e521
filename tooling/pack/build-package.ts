import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { projectRoot } from '../rules/project-files.ts';
import { runProgram } from '../run-program.ts';

const server = join(projectRoot, 'server');
const sdk = join(projectRoot, 'sdks', 'typescript');

/**
 * Builds the server's package at the folder `target`.
 *
 * It holds JavaScript: Node strips types only from files that lie outside node_modules.
 */
export async function buildPackage(target: string): Promise<void> {
  await compile(server);
  cpSync(join(server, 'src'), join(server, 'dist'), { recursive: true, filter: isNoSource });
  mkdirSync(target, { recursive: true });
  for (const part of ['package.json', 'bin', 'dist']) copy(join(server, part), target, part);
  for (const part of ['LICENSE', 'README.md']) copy(join(projectRoot, part), target, part);
}

/** Builds the package of the SDK at the folder `target`: JavaScript and declarations. */
export async function buildSdk(target: string): Promise<void> {
  await compileSdk();
  mkdirSync(target, { recursive: true });
  for (const part of ['package.json', 'README.md', 'dist']) copy(join(sdk, part), target, part);
  copy(join(projectRoot, 'LICENSE'), target, 'LICENSE');
}

/** Makes `@posthorn/sdk` one that programs of this tree can import. */
export function compileSdk(): Promise<void> {
  return compile(sdk);
}

async function compile(workspace: string): Promise<void> {
  rmSync(join(workspace, 'dist'), { recursive: true, force: true });
  const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '--project', join(workspace, 'tsconfig.build.json')];
  const { code, output } = await runProgram(process.execPath, args, {
    cwd: projectRoot,
    env: process.env,
  });
  if (code !== 0) throw new Error(output);
}

/** Data files travel along with the compiled ones; explanations of the source do not. */
function isNoSource(path: string): boolean {
  return !['.ts', '.md'].includes(extname(path));
}

function copy(from: string, target: string, part: string): void {
  if (existsSync(from)) cpSync(from, join(target, part), { recursive: true });
}
