import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyChanges } from './apply-changes.ts';
import type { EntityValues } from './apply-changes.ts';
import { changesJson, changesNote, mergeChanges, readChanges, realChanges } from './changes.ts';
import type { Changes } from './changes.ts';
import { changesOf } from './changes-of.ts';
import { foldChanges, foldedData } from './fold-changes.ts';
import { instant } from '../instant.ts';
import { isSameJson } from './same-json.ts';

const rows: [because: string, notes: string[], folded: string | null][] = [
  ['one is itself', ['{"a":{"old":1,"new":2}}'], '{"a":{"old":1,"new":2}}'],
  [
    'the first old and the last new are told',
    ['{"a":{"old":1,"new":2}}', '{"a":{"old":2,"new":3}}'],
    '{"a":{"old":1,"new":3}}',
  ],
  [
    'fields stand in the order of their first appearance',
    ['{"b":{"old":1,"new":2}}', '{"a":{"new":1},"b":{"old":2,"new":3}}'],
    '{"b":{"old":1,"new":3},"a":{"new":1}}',
  ],
  ['what came back is left out', ['{"a":{"old":1,"new":2}}', '{"a":{"old":2,"new":1.0}}'], null],
  [
    'what came and went is left out',
    ['{"a":{"old":null,"new":2}}', '{"a":{"old":2,"new":null}}'],
    null,
  ],
  [
    'what nobody knew before cannot have come back',
    ['{"a":{"new":2}}', '{"a":{"old":2,"new":null}}'],
    '{"a":{"new":null}}',
  ],
  [
    'numbers keep their digits and text its escapes',
    ['{"a":{"old":1,"new":9007199254740993}}', '{"b":{"new":"\\u00e9"}}'],
    '{"a":{"old":1,"new":9007199254740993},"b":{"new":"\\u00e9"}}',
  ],
  [
    'no name is special',
    ['{"__proto__":{"new":{"x":1}},"constructor":{"new":1},"":{"new":0}}'],
    '{"__proto__":{"new":{"x":1}},"constructor":{"new":1},"":{"new":0}}',
  ],
];
for (const [because, notes, folded] of rows) {
  test(`${notes.join(' then ')}: ${because}`, () => {
    const changes = foldChanges(notes.map((note) => Buffer.from(`{"changes":${note}}`)));

    assert.equal(changes === null ? null : changesJson(changes), folded);
  });
}

test('merged data is that of the last event with the changes of all', () => {
  const data = Buffer.from(
    '{"entity":{"type":"contact","id":"c"},"changes":{"a":{"old":2,"new":3}},"version":3}',
  );
  const notes = ['{"a":{"old":1,"new":2}}', '{"a":{"old":2,"new":3}}'].map((each) =>
    Buffer.from(`{"changes":${each}}`),
  );

  const folded = foldedData(data, notes, { from: 2, to: 3 });

  assert.equal(
    Buffer.from(folded ?? []).toString(),
    '{"entity":{"type":"contact","id":"c"},"changes":{"a":{"old":1,"new":3}},"version":3,' +
      '"mergedFrom":2}',
  );
});

test('data that merges nothing stays the bytes that it is', () => {
  const data = Buffer.from('{ "version" : 3 }');

  assert.equal(foldedData(data, [], { from: 3, to: 3 }), data);
});

const field = fc.constantFrom('a', 'b', 'c', '__proto__', 'long name');
const value = fc.constantFrom('null', '1', '2', '1.0', '"x"', '{"n":9007199254740993}');
const patches = fc.array(
  fc.array(fc.tuple(field, value), { minLength: 1, maxLength: 4 }).map((pairs) => new Map(pairs)),
  { maxLength: 12 },
);
const anyChanges = fc.array(
  fc
    .array(fc.tuple(field, fc.record({ old: fc.option(value), new: value })), { maxLength: 4 })
    .map((pairs): Changes => new Map(pairs)),
  { maxLength: 8 },
);

test('folding what was folded is the same as folding all at once', () => {
  fc.assert(
    fc.property(anyChanges, anyChanges, (before, after) => {
      const inTwo = mergeChanges(merged(before), merged(after));

      assert.deepEqual([...inTwo], [...merged([...before, ...after])]);
    }),
  );
});

test('applying merged changes leads where applying each one leads', () => {
  fc.assert(
    fc.property(patches, (all) => {
      const { changes, values } = history(all);

      const after = applyChanges(new Map(), realChanges(merged(changes)));

      assertSameValues(after, values);
    }),
  );
});

test('a note reads as the changes that it was written from', () => {
  fc.assert(
    fc.property(anyChanges, (all) => {
      const changes = merged(all);

      const folded = foldChanges([changesNote(changes, { at: instant(1), source: null })]);

      assert.deepEqual([...(folded ?? [])], [...realChanges(changes)]);
      assert.deepEqual([...readChanges(changesJson(changes))], [...changes]);
    }),
  );
});

function merged(all: readonly Changes[]): Changes {
  return all.reduce(mergeChanges, new Map());
}

/** What patch after patch changed, from nothing, and where that led. */
function history(all: readonly ReadonlyMap<string, string>[]) {
  let values: EntityValues = new Map();
  const changes = all.map((patch) => {
    const made = changesOf(values, patch);
    values = applyChanges(values, made);
    return made;
  });
  return { changes, values };
}

function assertSameValues(a: EntityValues, b: EntityValues): void {
  assert.deepEqual([...a.keys()].toSorted(), [...b.keys()].toSorted());
  for (const [name, text] of a) assert.ok(isSameJson(text, b.get(name) ?? ''));
}
