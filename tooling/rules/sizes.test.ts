import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeFindings, sizeLimits } from './sizes.ts';
import { parseSource } from './syntax.ts';

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `const v${index} = 0;`).join('\n\n');
}

function saysOf(file: string, text: string): string[] {
  return sizeFindings(parseSource(file, text)).map(({ line, says }) => `${line}: ${says}`);
}

test('blank lines do not make a file longer', () => {
  assert.deepEqual(saysOf('server/src/core/a.ts', lines(sizeLimits.file)), []);
});

test('a file over its limit is found', () => {
  const found = saysOf('server/src/core/a.ts', lines(sizeLimits.file + 1));

  assert.deepEqual(found, ['0: has 401 lines; the limit is 400']);
});

test('a test file may be longer, but not without end', () => {
  const file = 'server/src/core/a.test.ts';

  assert.deepEqual(saysOf(file, lines(sizeLimits.testFile)), []);
  assert.deepEqual(saysOf(file, lines(501)), ['0: has 501 lines; the limit is 500']);
});

const shapes: [kind: string, opening: string, closing: string][] = [
  ['function', '\nfunction f() {', '}'],
  ['arrow function', '\nconst f = () => {', '};'],
  ['method', '\nclass C { m() {', '} }'],
  ['callback', '\ncall(() => {', '});'],
];
for (const [kind, opening, closing] of shapes) {
  test(`a ${kind} over its limit is found where it starts`, () => {
    const long = `${opening}\n${lines(69)}\n${closing}`;

    assert.deepEqual(saysOf('bench/a.ts', long), ['2: function has 71 lines; the limit is 70']);
    assert.deepEqual(saysOf('bench/a.ts', `${opening}\n${lines(68)}\n${closing}`), []);
  });
}

test('a line past the last column is found, also in a comment', () => {
  const found = saysOf('bench/a.ts', `\n// ${'x'.repeat(98)}`);

  assert.deepEqual(found, ['2: line has 101 columns; the limit is 100']);
});
