import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndedVerdict } from '../breaker.ts';
import type { PendingDelivery } from '../delivery.ts';
import type { DeliveryId, EndpointId, TenantId } from '../ids.ts';
import { later } from '../instant.ts';
import type { LaneEndpoint } from './lane-endpoint.ts';
import { defaultLanesPolicy } from './lanes-policy.ts';
import type { LanesPolicy } from './lanes-policy.ts';
import { unspent } from './concurrency.ts';
import { LanesWorld } from './lanes-world.ts';

const endpointId = 'ep_1' as EndpointId;
const endpoint: LaneEndpoint = {
  tenantId: 'default' as TenantId,
  endpointId,
  isHeld: false,
  maxInFlight: 64,
  ratePerSecond: null,
  breaker: { failuresInARow: 5, openMs: 60_000 },
};

function worldOf(more: Partial<LaneEndpoint> = {}, policy: Partial<LanesPolicy> = {}): LanesWorld {
  const world = new LanesWorld({ ...defaultLanesPolicy, ...policy });
  world.open({ ...endpoint, ...more });
  return world;
}

function accept(world: LanesWorld, count: number, delayMs = 0): void {
  for (let i = 0; i < count; i += 1) world.accept(endpointId, null, delayMs);
}

function endAll(world: LanesWorld, verdict: EndedVerdict, delayMs = 3_600_000): void {
  for (const id of world.inFlight.keys()) world.end(id, verdict, delayMs);
  while (world.records.length > 0) world.answerRecord(0);
}

function wait(world: LanesWorld, ms: number): void {
  world.now = later(world.now, ms);
}

/** Lets its endpoint fail until the breaker opens. */
function trip(world: LanesWorld): void {
  accept(world, 5);
  for (let i = 0; i < 5; i += 1) {
    world.turn();
    endAll(world, 'failure');
    wait(world, 10_000);
    accept(world, 1);
  }
  world.turn();
  assert.equal(world.lanes.health(endpointId)?.breaker.is, 'open');
}

function sentIds(world: LanesWorld): DeliveryId[] {
  return [...world.inFlight.keys()];
}

test('a new lane sends four at a time, then twice as many for each window of successes', () => {
  const world = worldOf();
  const windows: number[] = [];

  for (let window = 0; window < 4; window += 1) {
    accept(world, 100);
    world.turn();
    windows.push(world.inFlight.size);
    endAll(world, 'success');
  }

  assert.deepEqual(windows, [4, 8, 16, 32]);
});

test('an endpoint that is throttled gets half as many, once for all that were in flight', () => {
  const world = worldOf({}, { startConcurrency: 16 });
  accept(world, 100);
  world.turn();

  endAll(world, 'failure');
  world.turn();

  assert.equal(world.inFlight.size, 8);
});

test('a lane holds its fill, then loads the rest before it runs dry', () => {
  const world = worldOf({}, { heldPerLane: 10, heldMax: 100_000 });
  accept(world, 40);

  world.turn();

  assert.equal(world.lanes.counts().held, 10);
  assert.equal(world.loads.length, 0);
  endAll(world, 'success');
  world.turn();
  assert.equal(world.loads.length, 1);
});

test('what is due later than five seconds from now is not held', () => {
  const world = worldOf();

  accept(world, 1, 5_000);
  accept(world, 1, 5_001);

  assert.equal(world.lanes.counts().held, 1);
});

test('a level lane does not load because the due scan sees what it holds', () => {
  const world = worldOf();
  accept(world, 1);
  world.scan();
  world.turn();
  world.answerLoad(0, false);
  world.turn();

  wait(world, 1_000);
  world.scan();
  world.turn();

  assert.equal(world.loads.length, 0);
});

test('a failed load is tried again after a wait, not at once', () => {
  const world = worldOf();
  world.lanes.missed(endpointId, world.now);
  world.turn();
  world.answerLoad(0, true);

  const askAgainAt = world.turn();

  assert.equal(world.loads.length, 0);
  assert.equal(askAgainAt, later(world.now, 1_000));
});

test('a paused lane sends nothing, and resumes from the store', () => {
  const world = worldOf();
  accept(world, 3);
  world.open({ ...endpoint, isHeld: true });
  world.turn();
  assert.deepEqual(sentIds(world), []);

  world.open(endpoint);
  world.turn();
  world.answerLoad(0, false);
  world.turn();

  assert.equal(world.inFlight.size, 3);
});

test('a probe is the due delivery with the fewest attempts, and goes alone', () => {
  const world = worldOf();
  trip(world);
  const before = new Set(sentIds(world));
  for (const row of world.rows.values()) world.rows.set(row.id, { ...row, attemptCount: 3 });
  accept(world, 2);
  wait(world, 60_000);

  world.turn();
  while (world.loads.length > 0) world.answerLoad(0, false);
  world.turn();

  const probes = sentIds(world).filter((id) => !before.has(id));
  assert.equal(probes.length, 1);
  assert.equal(world.inFlight.get(probes[0] ?? ('' as DeliveryId))?.attemptCount, 0);
});

test('an open breaker holds nothing and asks again when its probe may go', () => {
  const world = worldOf();

  trip(world);

  assert.equal(world.lanes.counts().held, 0);
  assert.equal(world.lanes.counts().open, 1);
  const breaker = world.lanes.health(endpointId)?.breaker;
  assert.equal(world.turn(), breaker?.is === 'open' ? breaker.probeAt : null);
});

test('a new owner of a lane that was probing sends one probe at once', () => {
  const world = worldOf();
  const breaker = { is: 'probing', since: world.now, openMs: 60_000 } as const;
  const row = { tenantId: endpoint.tenantId, endpointId, breaker };
  const health = { ...row, failingSince: world.now, failedCount: 9, lastSuccessAt: null };
  world.lanes.close(endpointId);
  world.lanes.open(endpoint, health, world.now);

  accept(world, 3);
  world.turn();

  assert.equal(world.inFlight.size, 1);
});

test('steady success writes the row once a minute, each failure writes it', () => {
  const world = worldOf();
  const written: (number | null)[] = [];
  const ends: [ms: number, EndedVerdict][] = [
    [0, 'success'],
    [30_000, 'success'],
    [59_999, 'success'],
    [60_000, 'success'],
    [60_001, 'failure'],
    [60_002, 'neutral'],
    [60_003, 'unspent'],
    [60_004, 'success'],
  ];
  const start = world.now;

  for (const [ms, verdict] of ends) {
    world.now = later(start, ms);
    accept(world, 1);
    world.turn();
    const [delivery] = [...world.inFlight.values()];
    assert(delivery !== undefined);
    const row = world.lanes.ended(delivery, { ...unspent, verdict }, world.now);
    world.lanes.recorded(delivery.id, { is: 'gone' }, world.now);
    world.inFlight.clear();
    world.rows.clear();
    written.push(row?.failedCount ?? null);
  }

  assert.deepEqual(written, [0, null, null, 0, 1, 2, null, 0]);
});

test('a lane that left deliveries in the store is behind until they are loaded', () => {
  const world = worldOf({}, { heldPerLane: 10 });
  accept(world, 40);

  world.turn();
  const whileMoreWait = world.lanes.counts().behind;
  for (let windows = 0; windows < 10; windows += 1) {
    endAll(world, 'success');
    world.turn();
    while (world.loads.length > 0) world.answerLoad(0, false);
  }

  assert.equal(whileMoreWait, 1);
  assert.equal(world.lanes.counts().behind, 0);
});

test('closing forgets what waits, counts what is in flight until recorded, and opens again', () => {
  const world = worldOf();
  accept(world, 10);
  world.turn();

  world.lanes.close(endpointId);

  assert.partialDeepStrictEqual(world.lanes.counts(), { lanes: 0, held: 4, inFlight: 4 });
  world.open(endpoint);
  endAll(world, 'success');
  assert.partialDeepStrictEqual(world.lanes.counts(), { lanes: 1, held: 0, inFlight: 0 });
});

test('a rate of two per second sends nothing at once and two in the first second', () => {
  const world = worldOf({ ratePerSecond: 2 });
  accept(world, 10);
  const times: number[] = [];
  const start = world.now;

  for (let turn = 0; turn < 4; turn += 1) {
    const askAgainAt = world.turn();
    times.push(...sentIds(world).map(() => world.now - start));
    endAll(world, 'success');
    assert(askAgainAt !== null);
    world.now = askAgainAt;
  }

  assert.deepEqual(times, [500, 1_000, 1_500]);
});

test('a follower that is promoted before its head is recorded waits for that', () => {
  const world = worldOf();
  world.accept(endpointId, 'key', 0);
  world.turn();
  const [head] = [...world.inFlight.values()];
  assert(head !== undefined);
  const follower: PendingDelivery = { ...head, id: 'dlv_next' as DeliveryId };
  world.lanes.push(follower, world.now);
  world.lanes.ended(head, { ...unspent, verdict: 'success' }, world.now);

  const before = world.lanes.next(world.now).send;
  world.lanes.recorded(head.id, { is: 'gone' }, world.now);
  const after = world.lanes.next(world.now).send;

  assert.deepEqual(before, []);
  assert.deepEqual(after, [follower]);
});

test('where order counts a late offer is read anew, for a load may have seen it', () => {
  const world = worldOf();
  const saidAt = world.now;
  const [ordered, unordered] = ['key', null].map((orderKey) => offered(world, orderKey));
  assert(ordered !== undefined && unordered !== undefined);
  wait(world, 100);
  world.lanes.missed(endpointId, world.now);
  const [load] = world.lanes.next(world.now).load;
  assert(load !== undefined);
  world.lanes.loaded(load.ticket, [], world.now);

  const areHeld = [unordered, ordered].map((each) =>
    world.lanes.offer(each, { saidAt, now: world.now }),
  );
  const { load: again } = world.lanes.next(world.now);

  assert.deepEqual(areHeld, [true, false]);
  assert.equal(again.length, 1);
});

test('what a load would answer and does not is over, and goes behind nothing', () => {
  const world = worldOf();
  world.accept(endpointId, 'key', 2_000);
  world.accept(endpointId, null, 2_000);
  const [superseded, unordered] = [...world.rows.values()];
  assert(superseded !== undefined && unordered !== undefined);
  const next = { ...superseded, id: 'dlv_next' as DeliveryId, dueAt: world.now };
  world.lanes.missed(endpointId, world.now);
  const [load] = world.lanes.next(world.now).load;
  assert(load !== undefined);
  const lateId = 'dlv_late' as DeliveryId;
  const late = { ...superseded, id: lateId, orderKey: 'other', dueAt: later(world.now, 1_000) };
  world.lanes.push(late, world.now);

  world.lanes.loaded(load.ticket, [next], world.now);
  const first = world.lanes.next(world.now).send;
  world.lanes.ended(first[0] ?? next, { ...unspent, verdict: 'success' }, world.now);
  world.lanes.recorded(next.id, { is: 'gone' }, world.now);
  wait(world, 3_000);
  const then = world.lanes.next(world.now).send;

  assert.deepEqual(
    first.map((each) => each.id),
    [next.id],
  );
  assert.deepEqual(
    then.map((each) => each.id),
    [late.id, unordered.id],
  );
});

test('what was withdrawn before it began is told, and not sent', () => {
  const world = worldOf({}, { startConcurrency: 1 });
  accept(world, 2);
  world.turn();
  const [inFlight] = world.inFlight.values();
  const waiting = [...world.rows.values()].find(({ id }) => id !== inFlight?.id);
  assert(inFlight !== undefined && waiting !== undefined);

  const told = [inFlight, waiting].map(({ id }) => {
    return world.lanes.withdrawn(endpointId, id, world.now);
  });

  assert.deepEqual(told, [null, waiting]);
  assert.partialDeepStrictEqual(world.lanes.counts(), { held: 1, inFlight: 1 });
});

/** A delivery that the store holds, as an answer may tell of it. */
function offered(world: LanesWorld, orderKey: string | null): PendingDelivery {
  world.accept(endpointId, orderKey, 3_600_000);
  const row = [...world.rows.values()].at(-1);
  assert(row !== undefined);
  return { ...row, dueAt: world.now };
}

test('a backlog larger than the lane drains by loads alone', () => {
  const world = worldOf({}, { heldPerLane: 8 });
  accept(world, 200);

  for (let turn = 0; turn < 200 && world.rows.size > 0; turn += 1) {
    world.turn();
    endAll(world, 'success');
    while (world.loads.length > 0) world.answerLoad(0, false);
  }

  assert.equal(world.rows.size, 0);
});

test('a load asks for more than the lane holds, so that it always tells something new', () => {
  const world = worldOf({}, { heldPerLane: 4 });
  accept(world, 50);

  world.turn();

  assert.equal(world.lanes.counts().held, 4);
  assert.equal(world.loads[0]?.order.limit, 8);
});

test('a load that answers all it was asked for leaves the lane behind', () => {
  const world = worldOf({}, { heldPerLane: 4 });
  world.lanes.close(endpointId);
  accept(world, 5);
  world.open(endpoint);
  world.lanes.missed(endpointId, world.now);
  world.turn();

  world.answerLoad(0, false);
  world.turn();

  assert.equal(world.inFlight.size, 4);
  assert.equal(world.loads.length, 1);
});

test('a probe that is given back frees its slot and lets another go', () => {
  const world = worldOf();
  trip(world);
  wait(world, 60_000);
  world.turn();
  while (world.loads.length > 0) world.answerLoad(0, false);
  world.turn();
  const [probe] = sentIds(world);
  assert(probe !== undefined);
  world.inFlight.delete(probe);

  world.lanes.unrecorded(probe, world.now);
  accept(world, 1);
  world.turn();

  assert.equal(world.lanes.counts().inFlight, 1);
});
