import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-files.ts';

/** architecture.json, whose `reading` explains each field. */
export type Architecture = {
  reading: string;
  base: string;
  folders: Record<string, { imports: string[]; types?: string[]; libraries?: string[] }>;
  tests: string[];
};

/** Reads the drawing that imports are held to. */
export function readArchitecture(root = projectRoot): Architecture {
  return JSON.parse(readFileSync(join(root, 'architecture.json'), 'utf8')) as Architecture;
}

/** Answers the name under which the drawing knows a file, or null when it does not. */
export function folderOf(file: string, { base, folders }: Architecture): string | null {
  const matching = Object.keys(folders).filter((name) => matches(file, name, base));
  return matching.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function matches(file: string, name: string, base: string): boolean {
  const path = name.startsWith('/') ? name.slice(1) : `${base}/${name}`;
  if (!path.endsWith('/*')) return file === path || file.startsWith(`${path}/`);
  const folder = path.slice(0, -1);
  return file.startsWith(folder) && file.slice(folder.length).includes('/');
}
