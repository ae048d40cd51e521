import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from './limits.ts';
import { replayFill, replayGapMs } from './replay-pace.ts';

const rates = fc.integer({ min: 1, max: limits.replayRateMax });

test('steps that make their fill keep the rate, and no step is larger than the limit', () => {
  fc.assert(
    fc.property(rates, (ratePerSecond) => {
      const fill = replayFill(ratePerSecond);
      const gapMs = replayGapMs(ratePerSecond, fill);

      assert.ok(fill >= 1 && fill <= limits.replayStepMakes);
      assert.ok((fill * 1_000) / gapMs <= ratePerSecond);
    }),
  );
});

test('whatever steps make, no more than the rate is made over them all', () => {
  fc.assert(
    fc.property(rates, fc.array(fc.nat(500), { minLength: 1 }), (ratePerSecond, counts) => {
      const lengthMs = counts.reduce((sum, made) => sum + replayGapMs(ratePerSecond, made), 0);
      const made = counts.reduce((sum, each) => sum + each, 0);

      assert.ok((made * 1_000) / lengthMs <= ratePerSecond);
    }),
  );
});

test('without a rate only the pause between steps holds it', () => {
  assert.equal(replayFill(null), limits.replayStepMakes);
  assert.equal(replayGapMs(null, limits.replayStepMakes), limits.replayStepGapMs);
});
