import assert from 'node:assert/strict';
import { test } from 'node:test';

import { instant, later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { VirtualTime } from './contract/virtual-time.ts';
import { Pressure } from './pressure.ts';

const busyMs = limits.pressureDelayMs * 2;

function pressureWith(backlog: { waiting: number; lanesBehind: number }) {
  const time = new VirtualTime(instant(1_000_000));
  const state = { ...backlog };
  const pressure = new Pressure({ clock: time, timers: time, backlog: () => state });
  return { time, state, pressure };
}

/** Lets time pass, and all that then goes on. */
async function pass(time: VirtualTime, lengthMs: number): Promise<void> {
  const until = later(time.now(), lengthMs);
  while (time.step(until)) await new Promise((resolve) => setImmediate(resolve));
}

/** Attempts enough for their delay to be the mean. */
function end(pressure: Pressure, delayMs: number, count = 1_000): void {
  for (let each = 0; each < count; each += 1) pressure.ended(delayMs);
}

/** Publishers that come at once, with one event each; answers how many have come in. */
function come(pressure: Pressure, count: number): () => number {
  let cameIn = 0;
  for (let each = 0; each < count; each += 1) {
    void (pressure.relief(1) ?? Promise.resolve()).then(() => (cameIn += 1));
  }
  return () => cameIn;
}

const much = limits.pressureWaiting + 1;
const rows: [because: string, waiting: number, behind: number, delayMs: number, high: boolean][] = [
  ['the node is the limit', much, 0, busyMs, true],
  ['the node is the limit and a lane left much in the store', 0, 1, busyMs, true],
  ['an endpoint is the limit, not the node', 100_000, 1, 0, false],
  ['little waits', limits.pressureWaiting, 0, busyMs, false],
];
for (const [because, waiting, lanesBehind, delayMs, isHigh] of rows) {
  test(`pressure is ${isHigh ? 'high' : 'low'}: ${because}`, () => {
    const { pressure } = pressureWith({ waiting, lanesBehind });

    end(pressure, delayMs);

    assert.equal(pressure.isHigh, isHigh);
    assert.equal(pressure.relief(1) === null, !isHigh);
  });
}

test('what nothing has confirmed for a while is no pressure', async () => {
  const { time, pressure } = pressureWith({ waiting: much, lanesBehind: 1 });
  end(pressure, busyMs);

  await pass(time, limits.pressureStaleMs);

  assert.equal(pressure.isHigh, false);
});

test('under pressure fewer deliveries come in than end', async () => {
  const { time, pressure } = pressureWith({ waiting: much, lanesBehind: 0 });
  end(pressure, busyMs);
  for (let each = 0; each < 1_000; each += 1) pressure.made(10);

  const cameIn = come(pressure, 100);
  end(pressure, busyMs, 100);
  await pass(time, limits.pressureLookMs);

  assert.equal(cameIn(), Math.ceil((100 * limits.pressureShare) / 10));
});

test('all come in when the pressure is gone and there is room for them', async () => {
  const { time, state, pressure } = pressureWith({ waiting: much, lanesBehind: 0 });
  end(pressure, busyMs);

  const cameIn = come(pressure, limits.pressureWaiting);
  await pass(time, limits.pressureLookMs);
  const underPressure = cameIn();
  state.waiting = 0;
  await pass(time, limits.pressureLookMs);

  assert.equal(underPressure, 0);
  assert.equal(cameIn(), limits.pressureWaiting);
});

test('new events come in after the longest wait, whatever the pressure', async () => {
  const { time, pressure } = pressureWith({ waiting: much, lanesBehind: 1 });
  end(pressure, busyMs);

  const cameIn = come(pressure, 3);
  for (let looks = 1; looks < limits.pressureLooks; looks += 1) {
    void pressure.relief(1_000);
    await pass(time, limits.pressureLookMs);
  }
  const before = cameIn();
  await pass(time, limits.pressureLookMs);

  assert.equal(before, 0);
  assert.equal(cameIn(), 3);
});
