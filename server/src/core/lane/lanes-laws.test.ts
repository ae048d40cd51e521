import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EndedVerdict } from '../breaker.ts';
import type { EndpointId, TenantId } from '../ids.ts';
import { later } from '../instant.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';
import type { LanesPolicy } from './lanes-policy.ts';
import { LanesWorld } from './lanes-world.ts';

const endpointCount = 5;

type Step =
  | { do: 'accept'; endpoint: number; key: number; delayMs: number; count: number }
  | { do: 'end'; pick: number; verdict: EndedVerdict; delayMs: number }
  | { do: 'commit' | 'answerRecord' | 'read' | 'answerLoad' | 'failLoad'; pick: number }
  | { do: 'retry' | 'cancel'; pick: number }
  | { do: 'scan' }
  | { do: 'wait'; ms: number }
  | { do: 'change'; endpoint: number; isHeld: boolean; maxInFlight: number }
  | { do: 'close'; endpoint: number };

const anyPick = fc.nat(1_000);
const endpoint = fc.nat(endpointCount - 1);
const delayMs = fc.constantFrom(0, 1, 900, 3_000, 5_000, 5_001, 30_000);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('accept' as const),
      endpoint,
      key: fc.nat(5),
      delayMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, delayMs),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      pick: anyPick,
      verdict: fc.constantFrom<EndedVerdict>('success', 'success', 'failure', 'neutral', 'unspent'),
      delayMs,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'commit' as const,
        'answerRecord' as const,
        'answerRecord' as const,
        'read' as const,
        'answerLoad' as const,
        'answerLoad' as const,
        'failLoad' as const,
      ),
      pick: anyPick,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('retry' as const, 'cancel' as const),
      pick: anyPick,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'scan' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 70, 2_000, 20_000, 61_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      endpoint,
      isHeld: fc.boolean(),
      maxInFlight: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), endpoint }) },
);

const policy: fc.Arbitrary<LanesPolicy> = fc.record({
  inFlightMax: fc.integer({ min: 1, max: 12 }),
  heldPerLane: fc.integer({ min: 1, max: 8 }),
  heldMax: fc.integer({ min: 16, max: 2_000 }),
  aheadMs: fc.constant(5_000),
  startConcurrency: fc.integer({ min: 1, max: 4 }),
  busyShare: fc.constant(0.75),
  newcomerShare: fc.constant(0.05),
  loadsMax: fc.integer({ min: 1, max: 3 }),
  unrecordedPerLane: fc.integer({ min: 1, max: 20 }),
});

test('whatever happens in whatever order, no law is broken and nothing due is lost', () => {
  fc.assert(
    fc.property(policy, fc.array(anyStep, { maxLength: 120, size: 'max' }), (chosen, steps) => {
      const world = new LanesWorld(chosen);
      for (let number = 0; number < endpointCount; number += 1) world.open(endpointOf(number));

      for (const each of steps) {
        take(world, each);
        world.turn();
      }

      calmDown(world);
      assert.equal(world.rows.size, 0, 'every due delivery is sent in the end');
      assert.equal(world.lanes.counts().held, 0, 'nothing is held for ever');
    }),
    { numRuns: 1_000 },
  );
});

function endpointOf(number: number, more: Partial<LaneEndpoint> = {}): LaneEndpoint {
  return {
    tenantId: `tenant_${number % 2}` as TenantId,
    endpointId: `ep_${number}` as EndpointId,
    isHeld: false,
    maxInFlight: 4,
    ratePerSecond: [null, null, 2, null, 0.5][number] ?? null,
    breaker: { failuresInARow: 2, openMs: 60_000 },
    ...more,
  };
}

function take(world: LanesWorld, step: Step): void {
  switch (step.do) {
    case 'accept':
      for (let i = 0; i < step.count; i += 1) acceptOne(world, step);
      return;
    case 'end':
      return endOne(world, step);
    case 'commit':
      return world.records
        .slice(at(step, world.records))
        .slice(0, 1)
        .forEach((it) => world.commit(it));
    case 'answerRecord':
      return world.answerRecord(at(step, world.records));
    case 'read':
      return world.loads
        .slice(at(step, world.loads))
        .slice(0, 1)
        .forEach((it) => world.read(it));
    case 'answerLoad':
      return world.answerLoad(at(step, world.loads), false);
    case 'failLoad':
      return world.answerLoad(at(step, world.loads), true);
    case 'retry':
    case 'cancel':
      return changeOne(world, step);
    case 'scan':
      return world.scan();
    case 'wait':
      world.now = later(world.now, step.ms);
      return;
    case 'change':
      return world.open(endpointOf(step.endpoint, step));
    case 'close':
      return world.lanes.close(endpointOf(step.endpoint).endpointId);
    default:
      return step satisfies never;
  }
}

function at({ pick }: { pick: number }, list: { length: number }): number {
  return list.length === 0 ? 0 : pick % list.length;
}

function acceptOne(world: LanesWorld, step: Extract<Step, { do: 'accept' }>): void {
  const { endpointId } = endpointOf(step.endpoint);
  world.accept(endpointId, step.key < 2 ? `key_${step.key}` : null, step.delayMs);
}

function endOne(world: LanesWorld, step: Extract<Step, { do: 'end' }>): void {
  const id = [...world.inFlight.keys()][at(step, { length: world.inFlight.size })];
  if (id !== undefined) world.end(id, step.verdict, step.delayMs);
}

function changeOne(world: LanesWorld, step: Extract<Step, { do: 'retry' | 'cancel' }>): void {
  const id = [...world.rows.keys()][at(step, { length: world.rows.size })];
  if (id !== undefined) world[step.do](id);
}

/** Lets everything answer and succeed until nothing is owed, for at most a day. */
function calmDown(world: LanesWorld): void {
  for (let number = 0; number < endpointCount; number += 1) world.open(endpointOf(number));
  const end = later(world.now, 86_400_000);
  while (world.now < end && world.rows.size + world.loads.length + world.records.length > 0) {
    const askAgainAt = world.turn();
    for (const id of world.inFlight.keys()) world.end(id, 'success', 0);
    while (world.records.length > 0) world.answerRecord(0);
    while (world.loads.length > 0) world.answerLoad(0, false);
    world.scan();
    const nextScanAt = later(world.now, 1_000);
    const hasMore = world.lanes.counts().inFlight > 0;
    if (!hasMore)
      world.now = askAgainAt !== null && askAgainAt < nextScanAt ? askAgainAt : nextScanAt;
  }
}
