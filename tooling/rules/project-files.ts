import { globSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The repository's own directory. */
export const projectRoot = join(import.meta.dirname, '..', '..');

const homes = [
  'server/src',
  'simulation',
  'bench',
  'interop',
  'fuzz',
  'reference',
  'tooling',
  'sdks',
  'examples',
];
const made = new Set(['node_modules', 'dist']);

/** Lists the project's TypeScript files, relative to its root, with forward slashes. */
export function projectFiles(root = projectRoot): string[] {
  const patterns = homes.map((home) => `${home}/**/*.ts`);
  const found = globSync(patterns, { cwd: root, exclude: (name) => made.has(name) });
  return found.map((file) => file.split(sep).join('/')).toSorted();
}

/** Tests and the contracts they share are held to wider imports and longer files. */
export function isTestFile(file: string): boolean {
  return /\.(test|contract)\.ts$/.test(file) || file.includes('/contract/');
}
