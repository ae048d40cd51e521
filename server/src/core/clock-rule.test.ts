import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clockStep, startClock } from './clock-rule.ts';
import type { ClockState } from './clock-rule.ts';

const minute = 60_000;
const wallAtStart = 1_767_225_600_000;
const hour = 60 * minute;

/** Steps through readings: minutes since the start, and how far the wall clock stands off then. */
function walk(readings: readonly (readonly [minutes: number, offMs: number])[]): ClockState {
  return readings.reduce(
    (state, [minutes, offMs]) =>
      clockStep(state, wallAtStart + minutes * minute + offMs, 500 + minutes * minute),
    startClock(wallAtStart, 500),
  );
}

const rows: [because: string, readings: [number, number][], offMs: number][] = [
  [
    'with an honest wall clock, now is the wall clock',
    [
      [1, 0],
      [30, 0],
    ],
    0,
  ],
  ['a jump forward is not believed at first', [[1, hour]], 0],
  [
    'a jump forward is not believed before it stood ten minutes',
    [
      [1, hour],
      [10.9, hour],
    ],
    0,
  ],
  [
    'a jump forward that stood ten minutes is believed',
    [
      [1, hour],
      [11, hour],
    ],
    hour,
  ],
  [
    'a jump that was taken back is forgotten',
    [
      [1, hour],
      [5, 0],
      [11, hour],
      [14, hour],
    ],
    0,
  ],
  [
    'a second jump must stand by itself',
    [
      [1, hour],
      [10, 3 * hour],
      [11, 3 * hour],
    ],
    hour,
  ],
  [
    'a second jump is believed in its turn',
    [
      [1, hour],
      [10, 3 * hour],
      [11, 3 * hour],
      [12, 3 * hour],
      [22, 3 * hour],
    ],
    3 * hour,
  ],
  [
    'a jump back is never believed',
    [
      [1, -hour],
      [600, -hour],
    ],
    0,
  ],
];
for (const [because, readings, offMs] of rows) {
  test(because, () => {
    const { now } = walk(readings);

    const minutes = readings.at(-1)?.[0] ?? 0;
    assert.equal(now, wallAtStart + minutes * minute + offMs);
  });
}

test('law: now never goes back and runs at least as fast as monotonic time', () => {
  const anySteps = fc.array(
    fc.tuple(fc.integer({ min: 0, max: hour }), fc.integer({ min: -2 * hour, max: 2 * hour })),
  );
  fc.assert(
    fc.property(anySteps, (steps) => {
      let state = startClock(wallAtStart, 0);
      let monotonicMs = 0;
      for (const [passedMs, offMs] of steps) {
        monotonicMs += passedMs;
        const next = clockStep(state, wallAtStart + monotonicMs + offMs, monotonicMs);
        if (next.now < state.now + passedMs) return false;
        state = next;
      }
      return true;
    }),
  );
});

test('now is a whole number of milliseconds', () => {
  const { now } = clockStep(startClock(1_000, 0.25), 1_007.5, 7.75);

  assert.equal(now, 1_007);
});
