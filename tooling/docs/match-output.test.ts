import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingLine } from './match-output.ts';

const rows: [because: string, expected: string, output: string, missing: string | null][] = [
  ['every line is there', 'a\nb\n', 'a\nb\n', null],
  ['others may stand between', 'a\nb\n', 'x\na\ny\nb\n', null],
  ['the order counts', 'b\na\n', 'a\nb\n', 'a'],
  ['a line is whole', 'a\n', 'ab\n', 'a'],
  ['dots stand for anything', 'id: …, ok\n', 'id: evt_1, ok\n', null],
  ['dots alone stand for lines', 'a\n…\nb\n', 'a\nb\n', null],
  ['other signs mean themselves', 'a.c (1)\n', 'abc 1\n', 'a.c (1)'],
];
for (const [because, expected, output, missing] of rows) {
  test(`output is held against what a guide shows: ${because}`, () => {
    assert.equal(missingLine(expected, output), missing);
  });
}
