import { Visitor } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { isTestFile } from './project-files.ts';
import { lineAt, type Source } from './syntax.ts';

const timers = ['setTimeout', 'setInterval', 'setImmediate'];
const calls = new Set([...timers, 'Date']);
const members = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'performance.timeOrigin',
  'AbortSignal.timeout',
  'process.env',
  'process.hrtime',
  'process.uptime',
  'crypto.randomUUID',
  'crypto.getRandomValues',
  ...timers.map((name) => `globalThis.${name}`),
]);
const modules = new Set(['node:timers', 'node:timers/promises', 'node:perf_hooks', 'node:process']);
const randomness = /^(random|getRandom|webcrypto$)/;

/** Where clock, chance, timers and environment are handed out; everything else is given them. */
const givers = ['server/src/app/', 'server/src/cli/'];

/** Finds code of the server that reaches for clock, chance, timers or environment by itself. */
export function ambientFindings(source: Source): Finding[] {
  if (!source.file.startsWith('server/src/') || isTestFile(source.file)) return [];
  if (givers.some((folder) => source.file.startsWith(folder))) return [];
  return ambientUses(source).map(({ start, name }) => {
    const says = `takes ${name} by itself; only app/ and cli/ may, others are given it`;
    return { file: source.file, line: lineAt(source.text, start), says };
  });
}

type Use = { start: number; name: string };

function ambientUses({ program }: Source): Use[] {
  const uses: Use[] = [];
  new Visitor({
    CallExpression({ callee, start }) {
      if (callee.type === 'Identifier' && calls.has(callee.name)) {
        uses.push({ start, name: `${callee.name}()` });
      }
    },
    NewExpression({ callee, arguments: given, start }) {
      const isDate = callee.type === 'Identifier' && callee.name === 'Date';
      if (isDate && given.length === 0) uses.push({ start, name: 'new Date()' });
    },
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      const name = `${object.name}.${property.name}`;
      if (members.has(name) || isRandomness(object.name, property.name)) uses.push({ start, name });
    },
    ImportDeclaration({ source, specifiers, start, importKind }) {
      if (importKind === 'type') return;
      if (modules.has(source.value)) uses.push({ start, name: source.value });
      if (source.value !== 'node:crypto') return;
      for (const { type, ...specifier } of specifiers) {
        const imported = 'imported' in specifier ? specifier.imported : null;
        if (type === 'ImportSpecifier' && imported?.type === 'Identifier') {
          if (randomness.test(imported.name)) uses.push({ start, name: imported.name });
        }
      }
    },
  }).visit(program);
  return uses;
}

function isRandomness(object: string, property: string): boolean {
  return /crypto$/i.test(object) && randomness.test(property);
}
