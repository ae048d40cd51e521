import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { deferredCases } from './deferred-cases.ts';

const folder = new URL('../../../../../testdata/corpora/', import.meta.url);

/** Reads a corpus whole, and says how many of its cases run and which wait for what. */
export function casesOf<Case extends { id: string }>(name: string, count: number): Case[] {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8');
  const { cases } = JSON.parse(text) as { cases: Case[] };
  assert.equal(cases.length, count, `${name} has another number of cases`);
  const waiting = cases.filter(({ id }) => Object.hasOwn(deferredCases, id));
  const byPart = Map.groupBy(waiting, ({ id }) => deferredCases[id] ?? '');
  const parts = [...byPart].map(
    ([part, those]) => `${part} (${those.map(({ id }) => id).join(' ')})`,
  );
  const told = waiting.length === 0 ? '' : `, ${waiting.length} wait for ${parts.join('; ')}`;
  console.log(`${name}: ${count - waiting.length} cases of ${count} run${told}`);
  return cases.filter((each) => !waiting.includes(each));
}
