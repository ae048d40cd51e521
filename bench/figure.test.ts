import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOf, type Figure, type Verdict } from './figure.ts';
import { asTable, holds } from './report.ts';
import { figure } from './rows/row.ts';

const atLeast = { row: 'rate', says: 'share', bound: 'at least', must: 0.35, aim: 0.5 } as const;
const atMost = { row: 'rate', says: 'p99', bound: 'at most', must: 8, aim: 4 } as const;

const rows: [because: string, figure: Figure, expected: Verdict][] = [
  ['more than the aim meets it', figure(atLeast, [0.6]), 'meets the aim'],
  ['the median of three decides', figure(atLeast, [0.1, 0.4, 0.9]), 'holds'],
  ['less than must falls short', figure(atLeast, [0.34]), 'FALLS SHORT'],
  ['as much as must still holds', figure(atMost, [8]), 'holds'],
  ['more than the most allowed falls short', figure(atMost, [9]), 'FALLS SHORT'],
  ['what could not be measured falls short', figure(atMost, []), 'FALLS SHORT'],
  ['a figure without a must promises nothing', figure({ ...atMost, must: null }, [9]), 'beside'],
];
for (const [because, one, expected] of rows) {
  test(`verdict: ${because}`, () => assert.equal(verdictOf(one), expected));
}

test('a row that broke off fails the run, although every figure holds', () => {
  const base = { loopRate: 31_000, loopCpuSecondsPer1000: 0.03, figures: [figure(atLeast, [1])] };

  assert.equal(holds({ ...base, broken: [] }), true);
  assert.equal(holds({ ...base, broken: [{ row: 'backlog', reason: 'late' }] }), false);
});

test('a run whose loop was slow says that it is noisy', () => {
  const base = { loopCpuSecondsPer1000: 0.03, figures: [], broken: [] };

  assert.match(asTable({ ...base, loopRate: 19_999 }), /NOISY/);
  assert.doesNotMatch(asTable({ ...base, loopRate: 20_000 }), /NOISY/);
});
