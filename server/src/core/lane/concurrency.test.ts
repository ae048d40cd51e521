import assert from 'node:assert/strict';
import { test } from 'node:test';

import { limits } from '../limits.ts';
import { Concurrency } from './concurrency.ts';

/** Windows of successes, each used to the full. */
function succeed(concurrency: Concurrency, windows: number, ownDelayMs = 0): void {
  for (let window = 0; window < windows; window += 1) {
    const size = concurrency.limit;
    concurrency.started(size);
    const ending = { verdict: 'success', isThrottled: false, ownDelayMs, inFlight: size } as const;
    for (let each = 0; each < size; each += 1) concurrency.ended(ending);
  }
}

const throttled = { verdict: 'failure', isThrottled: true, ownDelayMs: 0, inFlight: 0 } as const;

test('a new endpoint is given twice as many with each full window of successes', () => {
  const concurrency = new Concurrency(4, 256);

  succeed(concurrency, 3);

  assert.equal(concurrency.limit, 32);
});

test('it never goes beyond the most there may be', () => {
  const concurrency = new Concurrency(4, 50);

  succeed(concurrency, 10);

  assert.equal(concurrency.limit, 50);
});

test('after the first sign of a limit it grows one by one', () => {
  const concurrency = new Concurrency(4, 256);
  succeed(concurrency, 3);

  concurrency.ended(throttled);
  succeed(concurrency, 2);

  assert.equal(concurrency.limit, 18);
});

test('a window that stood in the queues of the node ends the doubling', () => {
  const concurrency = new Concurrency(4, 256);

  succeed(concurrency, 1, limits.ownDelayGrowMs + 1);
  succeed(concurrency, 2);

  assert.equal(concurrency.limit, 6);
});

test('an endpoint that has just come back is given one more at a time', () => {
  const concurrency = new Concurrency(4, 256);
  succeed(concurrency, 5);

  concurrency.restart(4);
  succeed(concurrency, 2);

  assert.equal(concurrency.limit, 6);
});
