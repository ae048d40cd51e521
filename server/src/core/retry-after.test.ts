import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { instant } from './instant.ts';
import { parseRetryAfter } from './retry-after.ts';

type Vector = { name: string; value: string; now: number; delaySeconds: number | null };

const file = new URL('../../../testdata/vectors/retry-after.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };
const now = instant(Date.UTC(2026, 0, 1));

for (const { name, value, now: seconds, delaySeconds } of vectors.cases) {
  test(`vector: ${name}`, () => {
    const delayMs = parseRetryAfter(value, instant(seconds * 1_000));

    assert.equal(delayMs, delaySeconds === null ? null : delaySeconds * 1_000);
  });
}

const rows: [because: string, value: string, expected: number | null][] = [
  ['the obsolete form of RFC 850', 'Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
  ['the obsolete form of asctime', 'Thu Jan  1 00:01:00 2026', 60_000],
  [
    'two digits more than 50 years ahead mean the last century',
    'Friday, 01-Jan-77 00:00:00 GMT',
    0,
  ],
  ['a leap second is the next minute', 'Thu, 01 Jan 2026 00:00:60 GMT', 60_000],
  [
    'the year 9999 is far, but a date',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    Date.UTC(9999, 11, 31, 23, 59, 59) - Date.UTC(2026, 0, 1),
  ],
  ['white space around a value is not part of it', ' 5\t', 5_000],
  ['more digits than a number holds mean for ever', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ['there is no 30 February', 'Mon, 30 Feb 2026 00:00:00 GMT', null],
  ['there is no 24th hour', 'Thu, 01 Jan 2026 24:00:00 GMT', null],
  ['HTTP dates are in GMT', 'Thu, 01 Jan 2026 00:02:00 CET', null],
  ['ISO dates are not HTTP dates', '2026-01-01T00:02:00Z', null],
  ['an exponent is not a count', '1e9', null],
  ['two values are none', '10, 20', null],
  ['a parameter is not allowed', '120; foo', null],
  ['digits of other scripts are not digits here', '١٢', null],
];
for (const [because, value, expected] of rows) {
  test(`"${value.slice(0, 40)}": ${because}`, () => {
    assert.equal(parseRetryAfter(value, now), expected);
  });
}
