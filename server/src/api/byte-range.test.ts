import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRange } from './byte-range.ts';

const rows: [
  because: string,
  header: string | undefined,
  expected: ReturnType<typeof byteRange>,
][] = [
  ['nothing is asked for', undefined, 'whole'],
  ['the first bytes', 'bytes=0-9', { first: 0, last: 9 }],
  ['from a byte to the end', 'bytes=90-', { first: 90, last: 99 }],
  ['the last bytes', 'bytes=-10', { first: 90, last: 99 }],
  ['more than there is at the end', 'bytes=-1000', { first: 0, last: 99 }],
  ['past the end', 'bytes=50-1000', { first: 50, last: 99 }],
  ['one byte', 'bytes=5-5', { first: 5, last: 5 }],
  ['a unit is named in any case', 'Bytes=1-2', { first: 1, last: 2 }],
  ['it begins after the end', 'bytes=100-', 'unsatisfiable'],
  ['it begins after the end, with an end', 'bytes=100-200', 'unsatisfiable'],
  ['the last none', 'bytes=-0', 'unsatisfiable'],
  ['it ends before it begins, which is no range', 'bytes=9-5', 'whole'],
  ['several may be answered by the whole', 'bytes=0-1,5-6', 'whole'],
  ['another unit', 'lines=0-1', 'whole'],
  ['no number', 'bytes=a-b', 'whole'],
  ['nothing but a dash', 'bytes=-', 'whole'],
  ['numbers beyond all measure', `bytes=0-${'9'.repeat(400)}`, { first: 0, last: 99 }],
  ['a beginning beyond all measure', `bytes=${'9'.repeat(400)}-`, 'unsatisfiable'],
];
for (const [because, header, expected] of rows) {
  test(`${header} of 100 bytes: ${because}`, () => {
    assert.deepEqual(byteRange(header, 100), expected);
  });
}

test('of nothing no range can be had', () => {
  assert.equal(byteRange('bytes=0-', 0), 'unsatisfiable');
  assert.equal(byteRange('bytes=-5', 0), 'unsatisfiable');
});
