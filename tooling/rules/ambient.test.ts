import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ambientFindings } from './ambient.ts';
import { parseSource } from './syntax.ts';

function namesIn(text: string, file = 'server/src/dispatch/lane.ts'): string[] {
  return ambientFindings(parseSource(file, text)).map(({ says }) => says.split(' ')[1] ?? '');
}

const found: [text: string, name: string][] = [
  ['const now = Date.now();', 'Date.now'],
  ['const clock = { now: Date.now };', 'Date.now'],
  ['const today = Date();', 'Date()'],
  ['const chance = Math.random();', 'Math.random'],
  ['setTimeout(() => {}, 5);', 'setTimeout()'],
  ['globalThis.setInterval(() => {}, 5);', 'globalThis.setInterval'],
  ['setImmediate(() => {});', 'setImmediate()'],
  ['const home = process.env.HOME;', 'process.env'],
  ['const signal = AbortSignal.timeout(5);', 'AbortSignal.timeout'],
  ['import { setTimeout as wait } from "node:timers/promises";', 'node:timers/promises'],
  ['import { randomBytes } from "node:crypto";', 'randomBytes'],
  ['import crypto from "node:crypto"; crypto.randomUUID();', 'crypto.randomUUID'],
];
for (const [text, name] of found) {
  test(`the server may not say ${text}`, () => assert.deepEqual(namesIn(text), [name]));
}

test('a new date without a time is the clock', () => {
  assert.deepEqual(namesIn('const today = new Date();'), ['new']);
});

test('a date made of a given time, and a timer that was handed in, are fine', () => {
  const text =
    'new Date(5).toISOString(); timers.setTimeout(go, 5); hash(createHmac("sha256", k));';

  assert.deepEqual(namesIn(text), []);
});

for (const file of ['server/src/app/start.ts', 'server/src/cli/main.ts', 'bench/run.ts']) {
  test(`${file} may read the clock`, () => assert.deepEqual(namesIn('Date.now();', file), []));
}
