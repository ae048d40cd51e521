import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameJson } from './same-json.ts';

const rows: [because: string, a: string, b: string, isSame: boolean][] = [
  ['white space says nothing', '{"a": [1, 2]}', '{"a":[1,2]}', true],
  ['the order of members says nothing', '{"a":1,"b":2}', '{"b":2,"a":1}', true],
  ['the order of elements does', '[1,2]', '[2,1]', false],
  ['an escape is the character it stands for', '"\\u0041"', '"A"', true],
  ['a name may be escaped too', '{"\\u0061":1}', '{"a":1}', true],
  ['a number is its value', '[1.0,1e2,-0.0,0.50]', '[1,100,0,5e-1]', true],
  [
    'a number too large for a double keeps its digits',
    '9007199254740993',
    '9007199254740992',
    false,
  ],
  ['so does a long fraction', '0.1000000000000000055', '0.1000000000000000056', false],
  ['a sign counts', '-1', '1', false],
  ['a power that no double has is still a value', '1e400', '10e399', true],
  [
    'powers beyond reckoning are compared as written',
    '1e9999999999999999',
    '1E9999999999999999',
    false,
  ],
  ['text is not the number it shows', '"1"', '1', false],
  ['null is not the text null', 'null', '"null"', false],
  ['an empty list is not an empty object', '[]', '{}', false],
  ['of a name that stands twice the last value counts', '{"a":1,"a":2}', '{"a":2}', true],
  ['__proto__ is a name like others', '{"__proto__":1}', '{}', false],
];
for (const [because, a, b, isSame] of rows) {
  test(`${a} and ${b}: ${because}`, () => assert.equal(isSameJson(a, b), isSame));
}

test('what a parser writes again is the same', () => {
  fc.assert(
    fc.property(fc.json(), (json) => isSameJson(json, JSON.stringify(JSON.parse(json), null, 2))),
  );
});

test('a number of a hundred thousand zeros is compared at once', () => {
  const zeros = '0'.repeat(100_000);

  assert.equal(isSameJson(`1${zeros}1`, `1${zeros}2`), false);
});
