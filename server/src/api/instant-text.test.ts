import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantText, readInstant } from './instant-text.ts';

const cases: [because: string, text: string, reads: string | null][] = [
  ['UTC', '2026-02-28T23:59:59.123Z', '2026-02-28T23:59:59.123Z'],
  ['an offset', '2026-03-01T00:30:00+01:00', '2026-02-28T23:30:00.000Z'],
  ['small letters', '2026-03-01t00:00:00z', '2026-03-01T00:00:00.000Z'],
  ['a leap day', '2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['no leap day', '2026-02-29T00:00:00Z', null],
  ['a day that February never has', '2026-02-31T00:00:00Z', null],
  ['a day that April never has', '2026-04-31T12:00:00-05:00', null],
  ['a 13th month', '2026-13-01T00:00:00Z', null],
  ['a 25th hour', '2026-01-01T25:00:00Z', null],
];
for (const [because, text, reads] of cases) {
  test(`${because} is read as ${reads ?? 'no time at all'}`, () => {
    const at = readInstant(text);

    assert.equal(at === null ? null : instantText(at), reads);
  });
}
