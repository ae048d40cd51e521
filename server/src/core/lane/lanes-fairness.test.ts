import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EndedVerdict } from '../breaker.ts';
import type { EndpointId, TenantId } from '../ids.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';
import { defaultLanesPolicy } from './lanes-policy.ts';
import type { LanesPolicy } from './lanes-policy.ts';
import { LanesWorld } from './lanes-world.ts';

function endpointOf(tenant: number, lane: number): LaneEndpoint {
  return {
    tenantId: `tenant_${tenant}` as TenantId,
    endpointId: `ep_${tenant}_${lane}` as EndpointId,
    isHeld: false,
    maxInFlight: 64,
    ratePerSecond: null,
    breaker: { failuresInARow: 5, openMs: 60_000 },
  };
}

function worldOf(policy: Partial<LanesPolicy>, endpoints: readonly LaneEndpoint[]): LanesWorld {
  const world = new LanesWorld({ ...defaultLanesPolicy, ...policy });
  for (const endpoint of endpoints) world.open(endpoint);
  return world;
}

/** Accepts until a lane has `count` deliveries waiting or in flight. */
function fill(world: LanesWorld, { endpointId }: LaneEndpoint, count: number): void {
  const owed = [...world.rows.values()].filter((row) => row.endpointId === endpointId).length;
  for (let i = owed; i < count; i += 1) world.accept(endpointId, null, 0);
}

/** Ends the attempt that has been in flight longest, records it and takes the next turn. */
function endOldest(world: LanesWorld, verdict: EndedVerdict): void {
  const [oldest] = world.inFlight.keys();
  if (oldest !== undefined) world.end(oldest, verdict, 60_000);
  world.answerRecord(0);
  world.turn();
}

function inFlightOf(world: LanesWorld, { endpointId }: LaneEndpoint): number {
  return [...world.inFlight.values()].filter((each) => each.endpointId === endpointId).length;
}

/** Attempts sent in `turns` turns by lanes that are always full, once each has had a success. */
function sharesOf(world: LanesWorld, lanes: readonly LaneEndpoint[], turns: number): number[] {
  run(world, lanes, 40);
  const before = lanes.map((lane) => sentBy(world, lane));
  run(world, lanes, turns);
  return lanes.map((lane, index) => sentBy(world, lane) - (before[index] ?? 0));
}

function run(world: LanesWorld, lanes: readonly LaneEndpoint[], turns: number): void {
  for (let turn = 0; turn < turns; turn += 1) {
    for (const lane of lanes) fill(world, lane, 30);
    world.turn();
    endOldest(world, 'success');
  }
}

function sentBy(world: LanesWorld, { endpointId }: LaneEndpoint): number {
  return world.sentAt.get(endpointId)?.length ?? 0;
}

function spread(shares: readonly number[]): number {
  return Math.max(...shares) - Math.min(...shares);
}

test('lanes of one tenant that are always full get the same share, within one round', () => {
  const shape = fc.record({
    laneCount: fc.integer({ min: 1, max: 8 }),
    inFlightMax: fc.integer({ min: 1, max: 24 }),
  });

  fc.assert(
    fc.property(shape, ({ laneCount, inFlightMax }) => {
      const lanes = Array.from({ length: laneCount }, (_, lane) => endpointOf(0, lane));
      const world = worldOf({ inFlightMax, newcomerShare: 0, startConcurrency: 64 }, lanes);

      const shares = sharesOf(world, lanes, 60);

      assert(spread(shares) <= 2, `shares ${shares.join(' ')}`);
    }),
    { numRuns: 100 },
  );
});

test('tenants that are always full get the same share, however many lanes each has', () => {
  const shape = fc.record({
    laneCounts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    inFlightMax: fc.integer({ min: 4, max: 24 }),
  });

  fc.assert(
    fc.property(shape, ({ laneCounts, inFlightMax }) => {
      const tenants = laneCounts.map((count, tenant) =>
        Array.from({ length: count }, (_, lane) => endpointOf(tenant, lane)),
      );
      const lanes = tenants.flat();
      const world = worldOf({ inFlightMax, newcomerShare: 0, startConcurrency: 64 }, lanes);

      const shares = sharesOf(world, lanes, 60);

      const ofTenants = tenants.map((own) =>
        own.reduce((sum, lane) => sum + (shares[lanes.indexOf(lane)] ?? 0), 0),
      );
      assert(spread(ofTenants) <= 2, `shares ${ofTenants.join(' ')}`);
    }),
    { numRuns: 100 },
  );
});

test('a lane that has nothing in flight finds a slot where full lanes take all they can', () => {
  const full = [endpointOf(0, 0), endpointOf(0, 1)];
  const late = endpointOf(1, 0);
  const world = worldOf({ inFlightMax: 20, startConcurrency: 64 }, [...full, late]);
  run(world, full, 40);

  fill(world, late, 5);
  world.turn();

  assert.equal(inFlightOf(world, late), 1);
});

test('above three quarters, a lane without a recent success keeps to one slot', () => {
  const hanging = Array.from({ length: 12 }, (_, lane) => endpointOf(0, lane));
  const world = worldOf({ inFlightMax: 20, startConcurrency: 4 }, hanging);

  for (const lane of hanging) fill(world, lane, 10);
  world.turn();

  assert.equal(world.lanes.counts().inFlight, 15);
  assert(hanging.every((lane) => inFlightOf(world, lane) >= 1));
});

test('five hundred hanging lanes leave a healthy one room to hold and slots to send', () => {
  const hanging = Array.from({ length: 500 }, (_, lane) => endpointOf(lane % 7, lane));
  const healthy = endpointOf(9, 0);
  const world = worldOf({ inFlightMax: 600, heldMax: 5_000 }, [...hanging, healthy]);
  for (const lane of hanging) fill(world, lane, 30);
  world.turn();

  fill(world, healthy, 30);
  world.turn();

  assert(inFlightOf(world, healthy) >= 1);
  assert(world.lanes.counts().held <= 5_000);
});
