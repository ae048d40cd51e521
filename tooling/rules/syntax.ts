import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, type Program } from 'oxc-parser';
import { projectFiles, projectRoot } from './project-files.ts';

/** One parsed source file; `file` is relative to the project's root. */
export type Source = { file: string; text: string; program: Program };

/** Parses text as TypeScript; a syntax error throws, the compiler step explains it better. */
export function parseSource(file: string, text: string): Source {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`);
  return { file, text, program };
}

/** Parses every TypeScript file of the project. */
export function parseProject(root = projectRoot): Source[] {
  return projectFiles(root).map((file) =>
    parseSource(file, readFileSync(join(root, file), 'utf8')),
  );
}

/** Counts lines from 1, as editors do. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
