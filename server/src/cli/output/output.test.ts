import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { painter } from './paint.ts';
import { printable } from './printable.ts';
import { startProgress } from './progress.ts';
import { factLines, tableLines } from './table.ts';
import type { Shell } from '../shell.ts';

test('columns are as wide as their widest cell, and lines end without spaces', () => {
  const lines = tableLines([
    ['a', 'bb', 'c'],
    ['aaa', 'b', 'cc'],
  ]);

  assert.deepEqual(lines, ['a    bb  c', 'aaa  b   cc']);
});

test('a thing is shown by its fields, without those that are null', () => {
  const lines = factLines({ id: 'ep_1', none: null, nested: { a: 1 } });

  assert.deepEqual(lines, ['id:      ep_1', 'nested:  {"a":1}']);
});

test('what a receiver answered cannot steer the terminal', () => {
  const text = printable('\u001b]0;title\u0007 \u009b31m \u202e ok\ttab é 猫');

  assert.equal(text, '\\u001b]0;title\\u0007 \\u009b31m \\u202e ok\ttab é 猫');
});

const colours: [because: string, shell: Parameters<typeof painter>[0], isColoured: boolean][] = [
  ['a terminal shows colour', { isOutTerminal: true, env: {} }, true],
  ['NO_COLOR is obeyed', { isOutTerminal: true, env: { NO_COLOR: '1' } }, false],
  ['an empty NO_COLOR is none', { isOutTerminal: true, env: { NO_COLOR: '' } }, true],
  ['a file holds no colour', { isOutTerminal: false, env: {} }, false],
  ['a dumb terminal has none', { isOutTerminal: true, env: { TERM: 'dumb' } }, false],
];
for (const [because, shell, isColoured] of colours) {
  test(`states are coloured where that is wanted: ${because}`, () => {
    const line = painter(shell)('dlv_1  dead  3 attempts');

    assert.equal(line !== 'dlv_1  dead  3 attempts', isColoured);
  });
}

function watchedShell(terminal: NodeJS.WritableStream | null) {
  const said: string[] = [];
  let now = 0;
  const shell: Shell = {
    env: {},
    out: () => undefined,
    err: (text) => void said.push(text),
    isOutTerminal: false,
    terminal,
    input: { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: '' }) }) },
    now: () => now,
    wait: () => Promise.resolve(),
    stop: () => new AbortController().signal,
  };
  return { shell, said, pass: (ms: number) => void (now += ms) };
}

test('where nobody watches, each tenth is one line with rate and time to go', () => {
  const { shell, said, pass } = watchedShell(null);
  const progress = startProgress(shell, 'pages');
  pass(1_000);

  for (let done = 1; done <= 100; done += 1) progress.update(done, 100);
  progress.end();

  assert.equal(said.length, 10);
  assert.equal(said[0], 'posthorn: 10 %: 10 of 100 pages, 10/s, 9 s to go\n');
});

test('on a terminal there is a bar instead', () => {
  const terminal = new PassThrough();
  const { shell, said } = watchedShell(terminal);
  const progress = startProgress(shell, 'pages');

  progress.update(1, 2);
  progress.end();

  assert.deepEqual(said, []);
});
