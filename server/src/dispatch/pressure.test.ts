import assert from 'node:assert/strict';
import { test } from 'node:test';

import { instant, later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { VirtualTime } from './contract/virtual-time.ts';
import { Pressure } from './pressure.ts';

function pressureWith(waitingCount: number) {
  const time = new VirtualTime(instant(1_000_000));
  const state = { waitingCount };
  const pressure = new Pressure({
    clock: time,
    timers: time,
    waitingCount: () => state.waitingCount,
  });
  return { time, state, pressure };
}

/** Lets time pass, and all that then goes on. */
async function pass(time: VirtualTime, lengthMs: number): Promise<void> {
  const until = later(time.now(), lengthMs);
  while (time.step(until)) await new Promise((resolve) => setImmediate(resolve));
}

/** Attempts enough for their delay to be the mean. */
function note(pressure: Pressure, delayMs: number): void {
  for (let count = 0; count < 1_000; count += 1) pressure.note(delayMs);
}

const rows: [because: string, waiting: number, delayMs: number, expected: boolean][] = [
  ['the node is the limit', limits.pressureWaiting + 1, limits.pressureDelayMs * 2, true],
  ['an endpoint is the limit, not the node', 100_000, 0, false],
  ['little waits', limits.pressureWaiting, limits.pressureDelayMs * 10, false],
];
for (const [because, waiting, delayMs, expected] of rows) {
  test(`pressure is ${expected ? 'high' : 'low'}: ${because}`, () => {
    const { pressure } = pressureWith(waiting);

    note(pressure, delayMs);

    assert.equal(pressure.isHigh, expected);
    assert.equal(pressure.relief() === null, !expected);
  });
}

test('what nothing has confirmed for a while is no pressure', async () => {
  const { time, pressure } = pressureWith(100_000);
  note(pressure, 100);

  await pass(time, limits.pressureStaleMs);

  assert.equal(pressure.isHigh, false);
});

test('new events wait until the pressure is gone', async () => {
  const { time, state, pressure } = pressureWith(100_000);
  note(pressure, 100);
  let hasCome = false;

  const coming = pressure.relief()?.then(() => (hasCome = true));
  await pass(time, limits.pressureLookMs);
  const whileHigh = hasCome;
  state.waitingCount = 0;
  await pass(time, limits.pressureLookMs);
  await coming;

  assert.equal(whileHigh, false);
  assert.equal(hasCome, true);
});

test('new events come in after the longest wait, whatever the pressure', async () => {
  const { time, pressure } = pressureWith(100_000);
  note(pressure, 100);
  let hasCome = false;

  void pressure.relief()?.then(() => (hasCome = true));
  for (let looks = 0; looks < limits.pressureLooks; looks += 1) {
    note(pressure, 100);
    await pass(time, limits.pressureLookMs);
  }

  assert.equal(hasCome, true);
});
