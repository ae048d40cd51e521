import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../limits.ts';
import { countAttempt, noCounts } from './counts.ts';
import type { Counts } from './counts.ts';
import {
  bucketLatencyMs,
  latencyBucket,
  latencyBucketCount,
  latencyError,
} from './latency-buckets.ts';
import { latencyQuantile } from './latency-quantile.ts';

const anyLatency = fc.double({ min: 0.1, max: 2 * limits.attemptMaxMs, noNaN: true });

test('the latency that a bucket stands for is within the stated error', () => {
  fc.assert(
    fc.property(anyLatency, (ms) => {
      const stood = bucketLatencyMs(latencyBucket(ms));

      assert.ok(Math.abs(stood - ms) <= latencyError * ms * (1 + 1e-9), `${ms} became ${stood}`);
    }),
  );
});

test('a longer latency is in no lower bucket', () => {
  fc.assert(
    fc.property(anyLatency, anyLatency, (a, b) => {
      const [shorter, longer] = a < b ? [a, b] : [b, a];

      assert.ok(latencyBucket(shorter) <= latencyBucket(longer));
    }),
  );
});

const odd: [because: string, ms: number, bucket: number][] = [
  ['an answer from the cache of a fake clock', 0, 0],
  ['a clock that went back', -5, 0],
  ['no number at all', Number.NaN, 0],
  ['a machine that slept', 86_400_000, latencyBucketCount - 1],
  ['for ever', Number.POSITIVE_INFINITY, latencyBucketCount - 1],
];
for (const [because, ms, bucket] of odd) {
  test(`${ms} ms has a bucket: ${because}`, () => assert.equal(latencyBucket(ms), bucket));
}

test('a quantile is within the stated error of the one by nearest rank', () => {
  const shares = fc.constantFrom(0, 0.01, 0.5, 0.95, 0.99, 1);
  fc.assert(
    fc.property(fc.array(anyLatency, { minLength: 1 }), shares, (latencies, share) => {
      const sorted = latencies.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? assert.fail();

      const estimated = latencyQuantile(countsOf(latencies), share) ?? assert.fail();

      const allowed = latencyError * exact * (1 + 1e-9);
      assert.ok(Math.abs(estimated - exact) <= allowed, `${estimated} for ${exact}`);
    }),
  );
});

test('without an attempt there is no quantile', () => {
  assert.equal(latencyQuantile(noCounts(), 0.99), null);
});

test('an attempt that the endpoint had no part in has no latency', () => {
  const counts = noCounts();

  countAttempt(counts, { statusCode: null, error: 'address_forbidden', latencyMs: 0.2 });

  assert.equal(latencyQuantile(counts, 0.5), null);
});

function countsOf(latencies: readonly number[]): Counts {
  const counts = noCounts();
  for (const latencyMs of latencies)
    countAttempt(counts, { statusCode: 200, error: null, latencyMs });
  return counts;
}
