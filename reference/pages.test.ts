import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { limitMeanings } from '../server/src/core/limit-meanings.ts';
import { limits } from '../server/src/core/limits.ts';
import { pages } from './pages.ts';
import { readable } from './readable.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'reference');

for (const [file, draw] of Object.entries(pages)) {
  test(`docs/reference/${file} says what the code does`, async () => {
    const written = readFileSync(join(folder, file), 'utf8');

    assert.equal(written, await draw(), 'it is out of date: npm run reference');
  });
}

test('no page of the reference is written by hand', () => {
  assert.deepEqual(readdirSync(folder).toSorted(), Object.keys(pages).toSorted());
});

test('something is said of every limit, in core/limit-meanings.ts', () => {
  const unsaid = Object.keys(limits).filter((name) => !(name in limitMeanings));

  assert.deepEqual(unsaid, []);
});

const values: [name: string, value: number, text: string][] = [
  ['waitMs', 30_000, '30 seconds'],
  ['alertRoundMs', 1_000, '1 second'],
  ['statsHoursMs', 48 * 3_600_000, '2 days'],
  ['pressureDelayMs', 4, '4 ms'],
  ['eventBytes', 2 ** 20, '1 MiB'],
  ['filterBytes', 4_096, '4 KiB'],
  ['busyShare', 0.75, '75 %'],
  ['laneShareOfFree', 1 / 64, '1.56 %'],
  ['typeChars', 256, '256 characters'],
  ['lanesHeld', 100_000, '100,000'],
];
for (const [name, value, text] of values) {
  test(`${name} of ${value} reads ${text}`, () => assert.equal(readable(name, value), text));
}
