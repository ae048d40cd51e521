import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BreakerWindow } from './breaker-window.ts';
import { instant } from './instant.ts';

const start = 1_800_000_000_000;

function windowOf(attempts: readonly { isFailure: boolean; ms: number }[]): BreakerWindow {
  const window = new BreakerWindow();
  for (const { isFailure, ms } of attempts) window.add(isFailure, instant(start + ms));
  return window;
}

const many = (count: number, isFailure: boolean, ms: number) =>
  Array.from({ length: count }, () => ({ isFailure, ms }));

const rows: [because: string, attempts: { isFailure: boolean; ms: number }[], isBad: boolean][] = [
  ['half of twenty is enough', [...many(10, false, 0), ...many(10, true, 5_000)], true],
  ['less than half is not', [...many(11, false, 0), ...many(10, true, 5_000)], false],
  ['nineteen are too few to judge by', many(19, true, 0), false],
  ['old successes do not count', [...many(99, false, 0), ...many(20, true, 30_000)], true],
  ['old failures do not count', [...many(19, true, 0), ...many(1, true, 30_000)], false],
  ['twenty-nine seconds are recent', [...many(19, true, 0), ...many(1, true, 29_000)], true],
  ['a long rest forgets all', [...many(40, true, 0), ...many(1, true, 9_000_000)], false],
];

for (const [because, attempts, isBad] of rows) {
  test(`${because}: ${isBad ? 'bad' : 'good'}`, () => {
    const window = windowOf(attempts);

    assert.equal(window.isBad(), isBad);
  });
}

test('what was cleared counts no more', () => {
  const window = windowOf(many(40, true, 0));

  window.clear();

  assert.equal(window.isBad(), false);
});

test('for every course, it judges by the last twenty-nine to thirty seconds', () => {
  const attempt = fc.record({ isFailure: fc.boolean(), waitMs: fc.nat(3_000) });

  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 200 }), (attempts) => {
      let ms = 0;
      const timed = attempts.map(({ isFailure, waitMs }) => ({ isFailure, ms: (ms += waitMs) }));
      const window = windowOf(timed);

      // The window covers whole seconds: this one and the twenty-nine before it.
      const from = Math.floor((start + ms) / 1_000) * 1_000 - 29_000 - start;
      const recent = timed.filter((each) => each.ms >= from);
      const failures = recent.filter((each) => each.isFailure).length;
      assert.equal(window.isBad(), recent.length >= 20 && failures * 2 >= recent.length);
    }),
    { numRuns: 1_000 },
  );
});
