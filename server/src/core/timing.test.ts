import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Timing, timingBounds } from './timing.ts';

const rows: [because: string, ms: number, bucket: number][] = [
  ['nothing is in the first bucket', 0, 0],
  ['a bound belongs to its bucket', 10, 0],
  ['just past a bound is the next bucket', 10.001, 1],
  ['longer than all is the last', 1_000, 2],
];
for (const [because, ms, bucket] of rows) {
  test(`${ms} ms: ${because}`, () => {
    const timing = new Timing([10, 100]);

    timing.observe(ms);

    assert.equal(timing.counts.indexOf(1), bucket);
  });
}

test('whatever is taken in is counted once, and the sum is theirs', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(700_000_000)), (durations) => {
      const timing = new Timing(timingBounds.delivery);

      for (const ms of durations) timing.observe(ms);

      assert.equal(
        timing.counts.reduce((sum, count) => sum + count, 0),
        durations.length,
      );
      assert.equal(
        timing.sumMs,
        durations.reduce((sum, ms) => sum + ms, 0),
      );
    }),
  );
});

for (const [of, bounds] of Object.entries(timingBounds)) {
  test(`the bounds of ${of} rise`, () => {
    assert.deepEqual(
      bounds,
      [...new Set(bounds)].toSorted((a, b) => a - b),
    );
  });
}
