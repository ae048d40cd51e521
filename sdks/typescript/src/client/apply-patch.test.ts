import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyPatch } from './apply-patch.ts';
import type { PatchOperation } from './apply-patch.ts';

type Case = {
  name: string;
  original: unknown;
  patch: PatchOperation[];
  result?: unknown;
  expect: 'valid' | 'invalid';
};

const file = new URL('../../../../testdata/vectors/json-patch.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

for (const { name, original, patch, result, expect } of cases) {
  test(`${name} is ${expect}, and the original stays as it was`, () => {
    const before = structuredClone(original);

    if (expect === 'valid') assert.deepEqual(applyPatch(original, patch), result);
    else assert.throws(() => applyPatch(original, patch), /the patch does not fit/);

    assert.deepEqual(original, before);
  });
}

const more: [because: string, original: unknown, patch: PatchOperation[], result: unknown][] = [
  ['the whole document can be replaced', { a: 1 }, [{ op: 'replace', path: '', value: [2] }], [2]],
  [
    'what is copied is no longer the same',
    { a: { b: 1 } },
    [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'replace', path: '/c/b', value: 2 },
    ],
    { a: { b: 1 }, c: { b: 2 } },
  ],
  [
    'a member may have any name',
    {},
    [{ op: 'add', path: '/__proto__', value: { x: 1 } }],
    JSON.parse('{"__proto__":{"x":1}}'),
  ],
];
for (const [because, original, patch, result] of more) {
  test(because, () => {
    assert.equal(JSON.stringify(applyPatch(original, patch)), JSON.stringify(result));
  });
}

const unfit: [because: string, patch: PatchOperation][] = [
  ['nothing lies past the end of a list', { op: 'add', path: '/list/2', value: 1 }],
  ['an index has no leading zero', { op: 'replace', path: '/list/00', value: 1 }],
  ['what is inherited is not there', { op: 'remove', path: '/toString' }],
  ['nothing is moved into itself', { op: 'move', from: '/list', path: '/list/0' }],
  ['a pointer begins with a slash', { op: 'add', path: 'list', value: 1 }],
];
for (const [because, operation] of unfit) {
  test(because, () => {
    assert.throws(() => applyPatch({ list: [1] }, [operation]), /the patch does not fit/);
  });
}
