import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { applyPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { makePatch } from './make-patch.ts';
import { operationsText } from './operations.ts';

type Case = {
  readonly name: string;
  readonly original: unknown;
  readonly patch: Operation[];
  readonly result?: unknown;
  readonly expect: 'valid' | 'invalid';
};

const file = new URL('../../../../testdata/vectors/json-patch.json', import.meta.url);
const { cases } = JSON.parse(await readFile(file, 'utf8')) as { cases: Case[] };
const valid = cases.filter(({ expect }) => expect === 'valid');

for (const { name, original, patch, result } of valid) {
  test(`the library that patches are tried with knows ${name}`, () => {
    assert.deepEqual(applied(original, patch), result);
  });

  test(`a patch is made that leads to the same as ${name}`, () => {
    const [before, after] = [JSON.stringify(original), JSON.stringify(result)];

    const made = operationsText(makePatch(Buffer.from(before), Buffer.from(after), '/document'));

    const operations = JSON.parse(`[${Buffer.from(made).toString()}]`) as Operation[];
    assert.deepEqual(applied({ document: original }, operations), { document: result });
  });
}

test('there are vectors', () => assert.ok(valid.length > 10));

function applied(document: unknown, patch: readonly Operation[]): unknown {
  const copy = structuredClone(document);
  const faults = applyPatch(copy, [...patch]).filter((fault) => fault !== null);
  assert.deepEqual(faults, []);
  return copy;
}
