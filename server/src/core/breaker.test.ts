import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterAttempt, closedBreaker, probeStarted, restoredBreaker } from './breaker.ts';
import type { EndedVerdict } from './breaker.ts';
import type { BreakerState } from './endpoint-health.ts';
import { instant } from './instant.ts';

const policy = { failuresInARow: 5, openMs: 60_000 };
const start = 1_800_000_000_000;
const at = (ms: number) => instant(start + ms);

function saw(verdict: EndedVerdict, ms: number, more = {}) {
  return { verdict, isProbe: false, isShareBad: false, now: at(ms), ...more };
}

function afterAll(steps: readonly (readonly [EndedVerdict, ms: number])[]): BreakerState {
  return steps.reduce<BreakerState>(
    (state, [verdict, ms]) => afterAttempt(state, saw(verdict, ms), policy),
    closedBreaker,
  );
}

const rows: [because: string, steps: [EndedVerdict, number][], expected: BreakerState['is']][] = [
  ['five failures over ten seconds are enough', fails(0, 2_500, 5_000, 7_500, 10_000), 'open'],
  ['four are not', fails(0, 5_000, 10_000, 15_000), 'closed'],
  ['a burst may be one bad moment', fails(0, 10, 20, 30, 9_999), 'closed'],
  ['a burst that goes on is not', fails(0, 10, 20, 30, 9_999, 10_000), 'open'],
  [
    'a success begins the row anew',
    [...fails(0, 5_000, 9_000, 9_500), ['success', 9_700], ...fails(10_000)],
    'closed',
  ],
  [
    'an answer that blames the event says nothing',
    [...fails(0, 3_000, 6_000, 9_000), ['neutral', 11_000]],
    'closed',
  ],
  [
    'it does not mend the row either',
    [...fails(0, 3_000, 6_000, 9_000), ['neutral', 9_500], ...fails(10_000)],
    'open',
  ],
  [
    'an interrupted attempt says nothing',
    [...fails(0, 3_000, 6_000, 9_000), ['unspent', 11_000]],
    'closed',
  ],
];

for (const [because, steps, expected] of rows) {
  test(`${because}: ${expected}`, () => {
    const state = afterAll(steps);

    assert.equal(state.is, expected);
  });
}

test('a bad share of recent attempts opens it at once', () => {
  const state = afterAttempt(closedBreaker, saw('failure', 0, { isShareBad: true }), policy);

  assert.deepEqual(state, { is: 'open', since: at(0), probeAt: at(60_000), openMs: 60_000 });
});

test('a success of the probe closes it', () => {
  const state = afterAttempt(probing(60_000), saw('success', 1, { isProbe: true }), policy);

  assert.deepEqual(state, closedBreaker);
});

test('a success that began before it opened does not close it', () => {
  const open: BreakerState = { is: 'open', since: at(0), probeAt: at(60_000), openMs: 60_000 };

  assert.equal(afterAttempt(open, saw('success', 1), policy), open);
  assert.equal(afterAttempt(probing(60_000), saw('success', 1), policy).is, 'probing');
});

test('each failed probe doubles the wait, up to fifteen minutes', () => {
  const waits: number[] = [];
  let openMs = policy.openMs;

  for (let probe = 0; probe < 6; probe += 1) {
    const state = afterAttempt(probing(openMs), saw('failure', 5, { isProbe: true }), policy);
    assert.equal(state.is, 'open');
    if (state.is === 'open') openMs = state.openMs;
    if (state.is === 'open') assert.equal(state.probeAt, at(5 + state.openMs));
    waits.push(openMs / 60_000);
  }

  assert.deepEqual(waits, [2, 4, 8, 15, 15, 15]);
});

for (const verdict of ['neutral', 'unspent'] as const) {
  test(`a probe that ends ${verdict} lets another go at once`, () => {
    const state = afterAttempt(probing(120_000), saw(verdict, 5, { isProbe: true }), policy);

    assert.deepEqual(state, { is: 'open', since: at(0), probeAt: at(5), openMs: 120_000 });
  });
}

test('a new owner repeats a probe whose end is not known', () => {
  const state = restoredBreaker(probing(120_000), at(7));

  assert.deepEqual(state, { is: 'open', since: at(0), probeAt: at(7), openMs: 120_000 });
});

test('for every course, it opens with the failure that fills the row, and no other', () => {
  const verdicts = fc.constantFrom<EndedVerdict>('success', 'failure', 'neutral', 'unspent');
  const step = fc.record({ verdict: verdicts, waitMs: fc.nat(4_000) });

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = closedBreaker;
      let failures: number[] = [];
      let ms = 0;
      for (const { verdict, waitMs } of steps) {
        ms += waitMs;
        if (verdict === 'success') failures = [];
        if (verdict === 'failure') failures.push(ms);
        state = afterAttempt(state, saw(verdict, ms), policy);
        const isDue = failures.length >= 5 && ms - (failures[0] ?? ms) >= 10_000;
        const mustBeOpen = isDue && verdict === 'failure';
        assert.equal(state.is, mustBeOpen ? 'open' : 'closed');
        if (mustBeOpen) return;
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a stored breaker does not wait for a clock that stood ahead', () => {
  const open: BreakerState = {
    is: 'open',
    since: at(90_000),
    probeAt: at(150_000),
    openMs: 60_000,
  };
  const closed: BreakerState = { is: 'closed', failuresInARow: 4, firstFailureAt: at(90_000) };

  const states = [open, closed].map((each) => restoredBreaker(each, at(0)));

  assert.deepEqual(states, [
    { ...open, probeAt: at(60_000) },
    { ...closed, firstFailureAt: at(0) },
  ]);
});

function fails(...times: number[]): [EndedVerdict, number][] {
  return times.map((ms) => ['failure', ms]);
}

function probing(openMs: number): BreakerState {
  const open: BreakerState = { is: 'open', since: at(-openMs), probeAt: at(0), openMs };
  return probeStarted(open, at(0));
}
