import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import type { Operation as LibraryOperation } from 'rfc6902';
import { limits } from '../limits.ts';
import { makePatch } from './make-patch.ts';
import { operationsText } from './operations.ts';

type Document = { content: unknown };

/** Whoever applies patches by a library cannot hold these names at all. */
const names = fc.string().filter((name) => name !== '__proto__');
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(0, 1, 1.5, -3e40, true, false, null, '', 'a', '/', '~', 'é"\\\u0007'),
    fc.string(),
    fc.array(tie('any'), { maxLength: 6 }),
    fc.dictionary(
      fc.oneof(names, fc.constantFrom('a', 'b', 'constructor', 'x/y', '~')),
      tie('any'),
      {
        maxKeys: 5,
      },
    ),
  ),
})).any;

test('a patch of any two documents, applied to the first, gives the second', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      assert.deepEqual(patched(before, after), normal(after));
    }),
    { numRuns: 500 },
  );
});

test('a patch of a document with a few changes gives the changed one', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 12 }), edits(), (before, edit) => {
      const after = edit(before);
      assert.deepEqual(patched(before, after), normal(after));
    }),
    { numRuns: 500 },
  );
});

test('equal documents need no operation, whatever space stands in them', () => {
  assert.deepEqual(patchOf('{"a":[1,{"b":2}]}', '{ "a" : [ 1 , { "b" : 2 } ] }'), []);
});

/** So much that replacing everything would take more bytes than a change. */
const much = '"1234567890123456789012345678901234567890"';
const long = (n: number): string => `"${n}234567890"`;

const rows: [because: string, before: string, after: string, operations: string[]][] = [
  [
    'a member is changed where it stands',
    '{"a":{"b":1,"c":2}}',
    '{"a":{"b":3,"c":2}}',
    ['{"op":"replace","path":"/content/a/b","value":3}'],
  ],
  [
    'a name is escaped in a path',
    '{"x":[],"a/b~":1}',
    '{"x":[],"a/b~":2}',
    ['{"op":"replace","path":"/content/a~1b~0","value":2}'],
  ],
  [
    'digits are kept that no double has',
    `{"n":1,"z":${much}}`,
    `{"n":12345678901234567890.10,"z":${much}}`,
    ['{"op":"replace","path":"/content/n","value":12345678901234567890.10}'],
  ],
  [
    'the order of the members of a value is kept',
    `{"z":${much}}`,
    `{"z":${much},"o":{"b":1,"2":2,"1":3}}`,
    ['{"op":"add","path":"/content/o","value":{"b":1,"2":2,"1":3}}'],
  ],
  [
    'what is put in first moves no other',
    `[${[1, 2, 3, 4].map(long).join()}]`,
    `["0",${[1, 2, 3, 4].map(long).join()}]`,
    ['{"op":"add","path":"/content/0","value":"0"}'],
  ],
  [
    'what is taken out of the middle moves no other',
    `[${[1, 2, 3, 4].map(long).join()}]`,
    `[${[1, 3, 4].map(long).join()}]`,
    ['{"op":"remove","path":"/content/1"}'],
  ],
  [
    'what is changed here and taken out there is told so',
    `[${[1, 2, 3, 4, 5].map(long).join()}]`,
    `[${long(1)},"x",${long(3)},${long(5)}]`,
    ['{"op":"replace","path":"/content/1","value":"x"}', '{"op":"remove","path":"/content/3"}'],
  ],
  [
    'a list that shares nothing is replaced whole',
    '["1","2","3"]',
    '["4","5","6"]',
    ['{"op":"replace","path":"/content","value":["4","5","6"]}'],
  ],
  [
    'nobody knows what a repeated name says',
    `{"a":1,"a":2,"b":${much}}`,
    `{"a":1,"a":3,"b":${much}}`,
    [`{"op":"replace","path":"/content","value":{"a":1,"a":3,"b":${much}}}`],
  ],
  [
    'no library steps through such a name',
    `{"constructor":{"a":1},"b":${much}}`,
    `{"constructor":{"a":2},"b":${much}}`,
    [`{"op":"replace","path":"/content","value":{"constructor":{"a":2},"b":${much}}}`],
  ],
];
for (const [because, before, after, operations] of rows) {
  test(because, () => assert.equal(textOf(before, after), `[${operations.join()}]`));
}

test('lists too long to be laid out are compared place by place', () => {
  const numbers = Array.from({ length: 2_000 }, (_, n) => `${n}-${n}`);
  const changed = numbers.map((each, n) => (n % 2 === 0 ? each : `${each}!`));

  assert.deepEqual(patched(numbers, changed), changed);
});

test('what has more parts than may be held is replaced whole', () => {
  const list = (last: number): string => `[${'0,'.repeat(limits.patchParts / 2)}${last}]`;
  const object = (last: number): string => `{"list":${list(last)}}`;

  assert.equal(
    textOf(object(1), object(2)),
    `[{"op":"replace","path":"/content/list","value":${list(2)}}]`,
  );
});

function textOf(before: string, after: string): string {
  const operations = makePatch(Buffer.from(before), Buffer.from(after), '/content');
  return `[${Buffer.from(operationsText(operations)).toString()}]`;
}

function patchOf(before: string, after: string): unknown {
  return JSON.parse(textOf(before, after));
}

/** What the library makes of a document by the patch. */
function patched(before: unknown, after: unknown): unknown {
  const document: Document = { content: normal(before) };
  const patch = patchOf(JSON.stringify(before), JSON.stringify(after)) as LibraryOperation[];
  const faults = applyPatch(document, patch).filter((fault) => fault !== null);
  assert.deepEqual(faults, []);
  return normal(document.content);
}

/** The same value with nothing of its own but what JSON has. */
function normal(given: unknown): unknown {
  return JSON.parse(JSON.stringify(given));
}

/** Something done to a list: taken out, put in, changed inside, moved. */
function edits(): fc.Arbitrary<(list: unknown[]) => unknown[]> {
  const one = fc.tuple(fc.nat(), fc.constantFrom('remove', 'add', 'wrap', 'move'), value);
  return fc.array(one, { maxLength: 4 }).map((steps) => (list) => {
    let edited = list;
    for (const [at, what, with_] of steps) edited = editedAt(edited, at, what, with_);
    return edited;
  });
}

function editedAt(list: unknown[], at: number, what: string, given: unknown): unknown[] {
  const index = list.length === 0 ? 0 : at % list.length;
  if (what === 'add') return list.toSpliced(index, 0, given);
  if (what === 'remove') return list.toSpliced(index, 1);
  if (what === 'wrap') return list.toSpliced(index, 1, { was: list[index] ?? null, now: given });
  return [...list.slice(index), ...list.slice(0, index)];
}
