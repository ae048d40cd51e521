import { posix } from 'node:path';
import { Visitor } from 'oxc-parser';
import { folderOf, type Architecture } from './architecture.ts';
import type { Finding } from './finding.ts';
import { isTestFile } from './project-files.ts';
import { lineAt, type Source } from './syntax.ts';

type Edge = { start: number; target: string; isType: boolean };

/** Finds imports against the drawing in architecture.json. */
export function importFindings(source: Source, architecture: Architecture): Finding[] {
  return edges(source).flatMap((edge) => {
    const says = judge(source.file, edge, architecture);
    return says === null
      ? []
      : [{ file: source.file, line: lineAt(source.text, edge.start), says }];
  });
}

function judge(file: string, edge: Edge, architecture: Architecture): string | null {
  const from = folderOf(file, architecture);
  if (from === null) return `lies in no folder of architecture.json`;
  return edge.target.startsWith('.')
    ? judgeFile(file, from, edge, architecture)
    : judgeLibrary(file, from, edge, architecture);
}

function judgeFile(file: string, from: string, edge: Edge, architecture: Architecture) {
  const target = posix.join(posix.dirname(file), edge.target);
  const isTest = isTestFile(file);
  if (/\.(test|contract)\.ts$/.test(target) && !isTest) return `imports the test ${edge.target}`;
  const to = folderOf(target, architecture);
  if (to === null) return `imports ${edge.target}, which lies in no folder of architecture.json`;
  const rule = architecture.folders[from];
  const allowed = [from, ...(rule?.imports ?? [])];
  if (edge.isType) allowed.push(...(rule?.types ?? []));
  if (isTest) allowed.push(...architecture.tests);
  return allowed.includes(to) ? null : `${from} may not import ${to} (${edge.target})`;
}

function judgeLibrary(file: string, from: string, { target }: Edge, architecture: Architecture) {
  const libraries = architecture.folders[from]?.libraries;
  if (libraries === undefined || isTestFile(file)) return null;
  return libraries.includes(target) ? null : `${from} may not import the library ${target}`;
}

function edges({ program }: Source): Edge[] {
  const found: Edge[] = [];
  const add = (start: number, target: string, isType = false): void => {
    found.push({ start, target, isType });
  };
  new Visitor({
    ImportDeclaration({ start, source, importKind, specifiers }) {
      const areTypes = specifiers.every((one) => 'importKind' in one && one.importKind === 'type');
      add(start, source.value, importKind === 'type' || (areTypes && specifiers.length > 0));
    },
    ExportNamedDeclaration({ start, source, exportKind }) {
      if (source !== null) add(start, source.value, exportKind === 'type');
    },
    ExportAllDeclaration: ({ start, source, exportKind }) =>
      add(start, source.value, exportKind === 'type'),
    TSImportType: ({ start, source }) => add(start, source.value, true),
    ImportExpression({ start, source }) {
      if (source.type === 'Literal') add(start, String(source.value));
    },
    // A worker is named by `new URL('./file.ts', import.meta.url)`.
    NewExpression({ start, callee, arguments: [path] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'URL') return;
      if (path?.type === 'Literal' && /^\..*\.ts$/.test(String(path.value))) {
        add(start, String(path.value));
      }
    },
  }).visit(program);
  return found;
}
