import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWithin, parseCidr } from './cidr.ts';
import { parseIp } from './parse-ip.ts';

const rows: [because: string, text: string, isRead: boolean][] = [
  ['a range', '10.0.0.0/8', true],
  ['everything', '0.0.0.0/0', true],
  ['a bare address means itself', '192.168.1.7', true],
  ['an IPv6 range', '2001:db8::/32', true],
  ['bits beyond the prefix are a slip of the pen', '10.0.0.1/8', false],
  ['more bits than there are', '10.0.0.0/33', false],
  ['no bits', '10.0.0.0/', false],
  ['two slashes', '10.0.0.0/8/8', false],
  ['a name', 'localhost', false],
  ['a leading zero', '10.0.0.0/08', false],
];
for (const [because, text, isRead] of rows) {
  test(`${text} is ${isRead ? 'a range' : 'refused'}: ${because}`, () => {
    assert.equal(parseCidr(text) !== null, isRead);
  });
}

test('every address that Node takes is read, and no other', () => {
  const texts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[\da-f:.]{1,20}$/));
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(parseIp(text) !== null, isIPv4(text) || isIPv6(text));
    }),
  );
});

test('a range holds exactly the addresses that share its first bits', () => {
  const word = fc.nat({ max: 0xffff });
  const bits = fc.integer({ min: 0, max: 32 });
  fc.assert(
    fc.property(fc.tuple(word, word), fc.tuple(word, word), bits, (left, right, count) => {
      const binary = (words: number[]): string =>
        words.map((each) => each.toString(2).padStart(16, '0')).join('');
      const range = { family: 4, words: right, bits: count } as const;

      const isInside = isWithin({ family: 4, words: left }, range);

      assert.equal(isInside, binary(left).slice(0, count) === binary(right).slice(0, count));
    }),
  );
});
