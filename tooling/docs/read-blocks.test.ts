import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBlocks } from './read-blocks.ts';

test('a block has its language, its marks, its line and its text', () => {
  const blocks = readBlocks('# A\n\n```js file=a.mjs shown\nlet a;\n```\nb\n```\nc\n```\n');

  assert.deepEqual(
    blocks.map(({ marks, ...block }) => ({ ...block, marks: [...marks] })),
    [
      {
        line: 3,
        language: 'js',
        text: 'let a;\n',
        marks: [
          ['file', 'a.mjs'],
          ['shown', ''],
        ],
      },
      { line: 7, language: '', text: 'c\n', marks: [] },
    ],
  );
});

test('a longer fence holds a shorter one, and an indented block loses its indent', () => {
  const blocks = readBlocks('````md\n```sh\nls\n```\n````\n\n   ```sh\n   ls -l\n   ```\n');

  assert.deepEqual(
    blocks.map(({ text }) => text),
    ['```sh\nls\n```\n', 'ls -l\n'],
  );
});

test('a block that is not closed is refused by its line', () => {
  assert.throws(() => readBlocks('a\n```sh\nls\n'), /line 2/);
});
