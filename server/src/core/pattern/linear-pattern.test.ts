import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linearPattern } from './linear-pattern.ts';

const single = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '\\p{L}', '\\.', '1');
const edge = fc.constantFrom('^', '$', '\\b', '\\B');
const sign = fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '{1,3}', '*?', '+?', '');

const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(single, sign).map(([char, count]) => char + count),
    edge,
    fc.tuple(tie('pattern'), sign).map(([inside, count]) => `(?:${inside})${count}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(${one}|${other})`),
  ),
  pattern: fc.array(tie('piece'), { maxLength: 3 }).map((pieces) => pieces.join('')),
}));

test('whatever the pattern, it finds what the built-in one finds', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '1', '.', 'é', '😀', ' '),
    maxLength: 8,
  });
  fc.assert(
    fc.property(pattern, text, (source, given) => {
      // The built-in one finds \B also within a character that takes two code units.
      fc.pre(!source.includes('\\B') || !given.includes('😀'));
      const compiled = linearPattern(source);

      if (compiled.is === 'refused') assert.match(compiled.because, /^repeats to over/);
      else assert.equal(compiled.test(given), new RegExp(source, 'u').test(given), source);
    }),
    { numRuns: 2_000 },
  );
});

test('there is no place within a character, whatever it is made of', () => {
  const compiled = linearPattern('\\B');

  assert.ok(compiled.is === 'ok');
  assert.equal(compiled.test('a😀a'), false);
  assert.equal(compiled.test('aa'), true);
});

const slow: [because: string, pattern: string][] = [
  ['a repetition within a repetition', '^(a+)+$'],
  ['two ways through the same', '^(a|a)*$'],
  ['many open ends in a row', 'a*a*a*a*a*a*a*b'],
  ['optional ones, then the same required', `${'a?'.repeat(40)}${'a'.repeat(40)}$`],
];
for (const [because, source] of slow) {
  test(`a pattern that takes back its steps elsewhere ends here: ${because}`, () => {
    const compiled = linearPattern(source);

    assert.ok(compiled.is === 'ok');
    assert.equal(compiled.test(`${'a'.repeat(20_000)}!`), false);
  });
}

const refused: [because: string, pattern: string][] = [
  ['refers back', '(a)\\1'],
  ['refers back', '(?<x>a)\\k<x>'],
  ['looks ahead', 'a(?=b)'],
  ['looks ahead', 'a(?!b)'],
  ['behind', '(?<=a)b'],
  ['behind', '(?<!a)b'],
  ['not a regular expression', '('],
  ['not a regular expression', '\\-'],
  ['characters', 'a'.repeat(1_001)],
  ['steps', '(a{100}){100}'],
];
for (const [because, source] of refused) {
  test(`${source.slice(0, 20)} is refused and the answer says why: ${because}`, () => {
    const compiled = linearPattern(source);

    assert.ok(compiled.is === 'refused');
    assert.match(compiled.because, new RegExp(because));
  });
}

const allowed: [because: string, pattern: string, fits: string, not: string][] = [
  ['a slug', '^[a-z0-9]+(?:-[a-z0-9]+)*$', 'a-b-1', 'a--b'],
  ['a bracket with a bracket', '^[\\]\\[(]+$', '[](', 'a'],
  ['a named group', '^(?<year>\\d{4})-\\d\\d$', '2026-01', '26-01'],
  ['a surrogate pair as two escapes', '^\\ud83d\\ude00$', '😀', 'x'],
  ['a code point', '^\\u{1F600}+$', '😀😀', 'x'],
  ['an escaped opening that looks like a group', '^\\(?=$', '(=', 'x'],
];
for (const [because, source, fits, not] of allowed) {
  test(`${because} is understood`, () => {
    const compiled = linearPattern(source);

    assert.ok(compiled.is === 'ok', JSON.stringify(compiled));
    assert.deepEqual([compiled.test(fits), compiled.test(not)], [true, false]);
  });
}
