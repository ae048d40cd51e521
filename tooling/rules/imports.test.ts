import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folderOf, readArchitecture } from './architecture.ts';
import { importFindings } from './imports.ts';
import { parseProject, parseSource } from './syntax.ts';

const architecture = readArchitecture();

function saysOf(file: string, text: string): string[] {
  return importFindings(parseSource(file, text), architecture).map(({ says }) => says);
}

test('every import of the project follows architecture.json', () => {
  const findings = parseProject().flatMap((source) => importFindings(source, architecture));

  assert.deepEqual(findings, []);
});

const forbidden: [because: string, file: string, text: string][] = [
  ['core stands alone', 'server/src/core/a.ts', 'import "../store/queue.ts"'],
  ['core opens nothing', 'server/src/core/a.ts', 'import "node:fs"'],
  ['the way in does not know the way out', 'server/src/ingest/a.ts', 'import "../dispatch/b.ts"'],
  ['nor the way out the way in', 'server/src/dispatch/a.ts', 'import "../ingest/b.ts"'],
  ['not even in a test', 'server/src/dispatch/a.test.ts', 'import "../ingest/b.ts"'],
  ['drivers are chosen in app', 'server/src/ingest/a.ts', 'import "../store/sqlite/b.ts"'],
  ['adapters are chosen in app', 'server/src/dispatch/a.ts', 'import "../destinations/all.ts"'],
  ['a port knows no driver', 'server/src/store/a.ts', 'import "./sqlite/b.ts"'],
  ['re-exports count', 'server/src/core/a.ts', 'export * from "../store/queue.ts"'],
  ['so do imports at run time', 'server/src/core/a.ts', 'await import("../store/queue.ts")'],
  ['and types', 'server/src/core/a.ts', 'type Q = import("../store/queue.ts").Queue'],
  ['and workers', 'server/src/core/a.ts', 'new URL("../store/a.ts", import.meta.url)'],
  ['a client sees only types', 'server/src/cli/a.ts', 'import { b } from "../api/b.ts"'],
  ['nobody imports a test', 'server/src/core/a.ts', 'import "./b.test.ts"'],
  ['what is not drawn is not there', 'server/src/extra/a.ts', 'import "../core/b.ts"'],
];
for (const [because, file, text] of forbidden) {
  test(`${because}: ${file} may not ${text}`, () => {
    assert.equal(saysOf(file, text).length, 1);
  });
}

const allowed: [because: string, file: string, text: string][] = [
  ['filters are parsed in core', 'server/src/core/a.ts', 'import "@marcbachmann/cel-js"'],
  ['a port is for those who use it', 'server/src/dispatch/a.ts', 'import "../store/queue.ts"'],
  ['a driver knows its port', 'server/src/store/sqlite/a.ts', 'import "../queue.ts"'],
  ['a test may open a driver', 'server/src/ingest/a.test.ts', 'import "../store/sqlite/a.ts"'],
  ['a test brings tools', 'server/src/core/a.test.ts', 'import "fast-check"'],
  ['a client sees types', 'server/src/cli/a.ts', 'import type { B } from "../api/b.ts"'],
  ['app wires all', 'server/src/app/a.ts', 'import "../destinations/all.ts"'],
];
for (const [because, file, text] of allowed) {
  test(`${because}: ${file} may ${text}`, () => assert.deepEqual(saysOf(file, text), []));
}

test('a file and a folder below are drawn apart from the folder they lie in', () => {
  const names = ['destination.ts', 'all.ts', 'http/send.ts'].map((file) =>
    folderOf(`server/src/destinations/${file}`, architecture),
  );

  assert.deepEqual(names, ['destinations', 'destinations/all.ts', 'destinations/*']);
});
