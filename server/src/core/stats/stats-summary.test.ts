import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToSlot, countAttempt, noCounts, slots } from './counts.ts';
import { statsSummary } from './stats-summary.ts';

test('rates are shares of what ended and of what was tried', () => {
  const counts = noCounts();
  addToSlot(counts, slots.delivered, 3);
  addToSlot(counts, slots.dead, 1);
  addToSlot(counts, slots.cancelled, 6);
  for (const statusCode of [200, 200, 200, 503, 404]) {
    countAttempt(counts, { statusCode, error: null, latencyMs: 10 });
  }

  const { deliveryRate, errorRate, attempts } = statsSummary(counts);

  assert.deepEqual([deliveryRate, errorRate], [0.75, 0.4]);
  assert.deepEqual([attempts.total, attempts.failed], [5, 2]);
  assert.equal(attempts.byEnding['5xx'], 1);
});

test('where nothing ended and nothing was tried there is no rate', () => {
  const { deliveryRate, errorRate, latencyMs } = statsSummary(noCounts());

  assert.deepEqual([deliveryRate, errorRate], [null, null]);
  assert.deepEqual(latencyMs, { p50: null, p95: null, p99: null });
});

test('a death taken back that was never counted shows as none', () => {
  const counts = noCounts();
  addToSlot(counts, slots.dead, -1);
  addToSlot(counts, slots.delivered, 2);

  const { deliveries, deliveryRate } = statsSummary(counts);

  assert.deepEqual([deliveries.dead, deliveryRate], [0, 1]);
});
