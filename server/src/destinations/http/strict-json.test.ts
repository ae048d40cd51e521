import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../core/limits.ts';
import { isStrictJson } from './strict-json.ts';

const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

const texts: [text: string, isStrict: boolean, because: string][] = [
  ['null', true, 'null is a value'],
  ['"a:\\":b\\\\"', true, 'what stands in a string is no member'],
  ['{"a":[{"b":1},{"b":2}]}', true, 'a name may stand in many objects'],
  ['{"__proto__":1,"":2}', true, 'names are anything'],
  ['"\\ud83d\\ude00"', true, 'a whole pair is a letter'],
  ['12345678901234567890', true, 'a double comes near it'],
  ['{"a":1,"a":2}', false, 'a name stands twice'],
  ['[{"x":{"a":1,"\\u0061":1}}]', false, 'a name stands twice, escaped and deep inside'],
  ['"\\ud800"', false, 'half of a pair is no letter'],
  ['{"\\udc00":1}', false, 'nor in a name'],
  ['[1e400]', false, 'no double comes near it'],
  ['', false, 'nothing is no JSON'],
  [deep(limits.a2aNesting), true, 'it is as deep as may be'],
  [deep(limits.a2aNesting + 1), false, 'it is deeper'],
];
for (const [text, isStrict, because] of texts) {
  test(`${text.slice(0, 40)} is ${isStrict ? '' : 'not '}strict: ${because}`, () => {
    assert.equal(isStrictJson(text), isStrict);
  });
}

test('whatever JSON.stringify writes of sound text is strict', () => {
  const values = fc.jsonValue({ maxDepth: limits.a2aNesting - 1, stringUnit: 'grapheme' });

  fc.assert(fc.property(values, (value) => isStrictJson(JSON.stringify(value))));
});
