import { Visitor, type Span } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { isTestFile } from './project-files.ts';
import { lineAt, type Source } from './syntax.ts';

/** The most lines of each kind; blank ones are not counted. Columns are counted on every line. */
export const sizeLimits = { file: 400, testFile: 500, function: 70, columns: 100 };

/** Finds files, functions and lines that are too long. */
export function sizeFindings(source: Source): Finding[] {
  return [...longFile(source), ...longFunctions(source), ...longLines(source)];
}

function longFile({ file, text }: Source): Finding[] {
  const limit = isTestFile(file) ? sizeLimits.testFile : sizeLimits.file;
  const count = countLines(text);
  if (count <= limit) return [];
  return [{ file, line: 0, says: `has ${count} lines; the limit is ${limit}` }];
}

function longFunctions({ file, text, program }: Source): Finding[] {
  const findings: Finding[] = [];
  const measure = ({ start, end }: Span): void => {
    const count = countLines(text.slice(start, end));
    if (count <= sizeLimits.function) return;
    const says = `function has ${count} lines; the limit is ${sizeLimits.function}`;
    findings.push({ file, line: lineAt(text, start), says });
  };
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(program);
  return findings;
}

function longLines({ file, text }: Source): Finding[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.length <= sizeLimits.columns) return [];
    const says = `line has ${line.length} columns; the limit is ${sizeLimits.columns}`;
    return [{ file, line: index + 1, says }];
  });
}

function countLines(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
