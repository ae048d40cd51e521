import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAround, sliceElements, sliceMembers } from './json-slice.ts';
import type { ByteRange, SliceProblem } from './json-slice.ts';
import { limits } from './limits.ts';

function textOf(bytes: Uint8Array, range: ByteRange | undefined): string | null {
  return range === undefined ? null : Buffer.from(bytes).toString('utf8', range.start, range.end);
}

/** The raw text of `data`, or why there is none. */
function dataOf(text: string): string | null {
  const bytes = Buffer.from(text);
  const sliced = sliceMembers(bytes, ['data']);
  return sliced.is === 'ok' ? textOf(bytes, sliced.members.get('data')) : sliced.because;
}

const exact: [because: string, text: string, data: string | null][] = [
  [
    'large numbers keep their digits',
    '{"data":123456789012345678901234567890.10}',
    '123456789012345678901234567890.10',
  ],
  ['order and repeats inside data are kept', '{"data":{"b":1,"a":2,"b":3}}', '{"b":1,"a":2,"b":3}'],
  ['escapes are kept', '{"data":"\\u00e9\\/\\ud83d\\n\\"}"}', '"\\u00e9\\/\\ud83d\\n\\"}"'],
  [
    'white space inside is kept, around it is not',
    '{ "data" :\t{ "a" : [ 1 , 2 ] }\r\n }',
    '{ "a" : [ 1 , 2 ] }',
  ],
  ['white space around a number is not its own', '{"data": 1 }', '1'],
  ['text beyond ASCII is kept', '{"x":"ä","data":"日本🎺"}', '"日本🎺"'],
  ['a name in escapes is the same name', '{"d\\u0061ta":1}', '1'],
  ['data of data is not data', '{"x":{"data":1}}', null],
  ['"data" as a value is not data', '{"x":"data","y":["data"]}', null],
  ['an empty object has none', '{}', null],
  ['__proto__ is a name like others', '{"__proto__":{"data":1},"data":2}', '2'],
];
for (const [because, text, data] of exact) {
  test(`${text}: ${because}`, () => assert.equal(dataOf(text), data));
}

const refused: [because: string, text: string, expected: SliceProblem['because']][] = [
  ['a wanted name stands once', '{"data":1,"data":2}', 'repeated_name'],
  ['also in another spelling', '{"data":1,"\\u0064ata":2}', 'repeated_name'],
  ['also one that is not wanted', '{"type":"a","type":"b"}', 'repeated_name'],
  ['a list is no object', '[{"data":1}]', 'not_object'],
  ['a text is no object', '"data"', 'not_object'],
  ['nothing is no JSON', '', 'not_json'],
  ['a mark of byte order is no JSON', '\ufeff{"data":1}', 'not_json'],
  ['nothing follows', '{"data":1}{}', 'not_json'],
  ['broken JSON is broken, whatever else is wrong', '{"data":1,"data":2', 'not_json'],
  ['lists end as lists', '{"data":[1}}', 'not_json'],
  ['members have names', '{1:2}', 'not_json'],
  ['a name has a value', '{"data"}', 'not_json'],
];
for (const [because, text, expected] of refused) {
  test(`${text} is ${expected}: ${because}`, () => assert.equal(dataOf(text), expected));
}

test('a problem names the byte and the name', () => {
  const sliced = sliceMembers(Buffer.from('{"a":1, "a":2}'), []);

  assert.deepEqual(sliced, { is: 'invalid', because: 'repeated_name', at: 8, name: 'a' });
});

test('bytes that are not UTF-8 are refused', () => {
  const sliced = sliceMembers(Buffer.from('{"data":"\xff"}', 'latin1'), ['data']);

  assert.equal(sliced.is === 'invalid' && sliced.because, 'not_utf8');
});

test('data may nest as deep as the limit and no deeper', () => {
  const nested = (levels: number) => '{"a":['.repeat(levels / 2) + ']}'.repeat(levels / 2);

  assert.equal(dataOf(`{"data":${nested(limits.nesting)}}`), nested(limits.nesting));
  assert.equal(dataOf(`{"data":[${nested(limits.nesting)}]}`), 'too_deep');
});

test('nesting of any depth is only counted', () => {
  const brackets = 200_000;

  assert.equal(dataOf(`{"data":${'['.repeat(brackets)}${']'.repeat(brackets)}}`), 'too_deep');
  assert.equal(dataOf(`{"data":${'['.repeat(brackets)}`), 'not_json');
});

test('a view into a larger buffer is sliced by its own bytes', () => {
  const bytes = Buffer.from('xx{"data":[1]}xx').subarray(2, 14);

  const sliced = sliceMembers(bytes, ['data']);

  assert.equal(sliced.is === 'ok' && textOf(bytes, sliced.members.get('data')), '[1]');
});

test('elements of a batch are sliced and judged one by one', () => {
  const deep = '['.repeat(limits.nesting + 1) + ']'.repeat(limits.nesting + 1);
  const elements = ['{"id":"a","data":1.0}', '{"id":1,"id":2}', '7', `{"data":${deep}}`, '{}'];
  const bytes = Buffer.from(`{"events": [ ${elements.join(' , ')} ], "other": true}`);

  const batch = sliceElements(bytes, 'events', ['data']);

  assert.ok(batch.is === 'ok');
  assert.deepEqual(
    batch.elements?.map((each) => (each.is === 'ok' ? textOf(bytes, each.range) : each.because)),
    [elements[0], 'repeated_name', 'not_object', 'too_deep', '{}'],
  );
  assert.deepEqual(parseAround(bytes, batch), { events: null, other: true });
});

const batches: [because: string, text: string, expected: string | null][] = [
  ['without the list there are no elements', '{"event":[]}', null],
  ['what is no list has no elements', '{"events":{"a":1}}', null],
  ['one broken element breaks the whole', '{"events":[{"a":1},{"a":}]}', 'not_json'],
  ['a list in the list stands once', '{"events":[],"events":[]}', 'repeated_name'],
  ['other members may not nest too deep', `{"x":${'['.repeat(65)}${']'.repeat(65)}}`, 'too_deep'],
  ['a batch is bounded', `{"events":[${'{},'.repeat(limits.batchEvents)}{}]}`, 'too_many'],
];
for (const [because, text, expected] of batches) {
  test(`batch ${text.slice(0, 40)}: ${because}`, () => {
    const batch = sliceElements(Buffer.from(text), 'events', ['data']);

    assert.equal(batch.is === 'ok' ? batch.elements : batch.because, expected);
  });
}

test('what is left around the members cut out is parsed as it stands', () => {
  const bytes = Buffer.from(' {"type":"é", "data":{"big":1e400}, "key":null, "callback":[1]} ');

  const sliced = sliceMembers(bytes, ['callback', 'data']);

  assert.ok(sliced.is === 'ok');
  assert.deepEqual(parseAround(bytes, sliced), {
    type: 'é',
    data: null,
    key: null,
    callback: null,
  });
});

/** JSON texts with all that is legal between tokens and in strings. */
const anySpace = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 });
const anyJsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), anySpace, fc.boolean())
  .map(([value, space, isEscaped]) => {
    const text = JSON.stringify(value, null, space.includes(' ') ? 1 : 0);
    return isEscaped ? escapeAll(text) : text;
  });

function escapeAll(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\n]/g, (each) => {
    const code = each.charCodeAt(0);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

test('law: slicing then parsing is parsing then taking the member', () => {
  const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), anyJsonText);
  fc.assert(
    fc.property(anyObject, anyJsonText, anySpace, (others, data, space) => {
      const members = Object.entries({ ...others, data }).map(
        ([name, value]) => `${space}${JSON.stringify(name)}${space}:${space}${value}${space}`,
      );
      const text = `${space}{${members.join(',')}}${space}`;

      const sliced = dataOf(text);

      assert.equal(sliced, data);
      assert.deepEqual(JSON.parse(sliced), (JSON.parse(text) as { data: unknown }).data);
    }),
  );
});

test('law: a text is refused exactly when JSON.parse refuses it', () => {
  const tokens = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"data"',
    '"\\u12"',
    '"\\x"',
    '"',
    '\\',
    '-',
  ];
  const numbers = [
    '0',
    '01',
    '1.',
    '.5',
    '-1.5e+3',
    '1e',
    '+1',
    'true',
    'fals',
    'null',
    ' ',
    '\u0001',
  ];
  const anyText = fc.array(fc.constantFrom(...tokens, ...numbers), { maxLength: 12 });
  fc.assert(
    fc.property(anyText, fc.boolean(), (parts, isMember) => {
      const text = isMember ? `{"data":${parts.join('')}}` : parts.join('');

      const isRefused = sliceProblem(text) === 'not_json';

      assert.equal(isRefused, !isJson(text));
    }),
    { numRuns: 5_000 },
  );
});

test('law: one byte changed in a text is judged as JSON.parse judges it', () => {
  const anyChange = fc.tuple(anyJsonText, fc.nat(), fc.integer({ min: 0x20, max: 0x7e }));
  fc.assert(
    fc.property(anyChange, ([value, place, byte]) => {
      const bytes = Buffer.from(`{"data":${value}}`);
      bytes[place % bytes.length] = byte;
      const text = bytes.toString('utf8');

      const because = sliceProblem(text);

      assert.equal(because === 'not_json', !isJson(text));
    }),
    { numRuns: 2_000 },
  );
});

function sliceProblem(text: string): string | null {
  const sliced = sliceMembers(Buffer.from(text), []);
  return sliced.is === 'invalid' ? sliced.because : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type CorpusCase = {
  id: string;
  category: string;
  where: string;
  reason: string;
  body?: string;
  expect: { outcome: string }[];
};

const corpus = new URL('../../../testdata/corpora/bad-json.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(corpus, 'utf8')) as { cases: CorpusCase[] };

for (const { id, category, where, reason, body, expect } of cases) {
  if (where !== 'payload' || body === undefined) continue;
  test(`corpus ${id}, ${category}: ${reason}`, () => {
    const sliced = dataOf(`{"type":"a","data":${body}}`);

    const outcomes = expect.map((each) => each.outcome);
    if (sliced === body) assert.ok(outcomes.includes('accept'), 'it was taken as it came');
    else assert.ok(outcomes.includes('reject'), `it was refused: ${String(sliced)}`);
  });
}
