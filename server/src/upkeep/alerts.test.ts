import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import type { AlertBook } from '../store/alert-book.ts';
import { AlertWorld } from './contract/alert-world.ts';
import type { Told } from './contract/alert-world.ts';

const minute = 60_000;
const { alertFailures: enough, alertWindowMs: windowMs } = limits;

function typesOf(told: readonly Told[]): string[] {
  return told.map(({ type }) => type.slice('posthorn.'.length));
}

test('so many failures within the window are told once, with why and what to do', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const listener = await world.listener();
  const url = 'https://user:pass@bad.example/in?token=s3cret';
  const endpointId = await world.endpoint({ url });
  await world.fail(endpointId, enough - 1);
  await round.run();
  const before = await world.told();
  world.wait(minute);

  await world.fail(endpointId);
  await round.run();
  await world.fail(endpointId, 20);
  await round.run();

  const [only = assert.fail(), ...others] = await world.told();
  assert.deepEqual([before, others], [[], []]);
  assert.deepEqual([only.type, only.to], ['posthorn.endpoint.failing', [listener]]);
  const { lastError, links, ...data } = only.data as Record<string, Record<string, unknown>>;
  assert.deepEqual(data, {
    endpointId,
    tenantId: 'acme',
    url: 'https://••••@bad.example/in?token=••••',
    description: 'A receiver',
    failedCount: enough,
    failures: enough,
    windowMs,
    firstFailureAt: '2025-06-15T15:06:40.000Z',
    lastFailureAt: '2025-06-15T15:07:40.000Z',
  });
  assert.equal(lastError?.['error'], 'http_503');
  assert.deepEqual(Object.keys(lastError?.['explanation'] ?? {}).toSorted(), [
    'cause',
    'evidence',
    'fix',
  ]);
  assert.equal(links?.['endpoint'], `/v1/endpoints/${endpointId}`);
});

test('as many failures, but not within one window, are no alert', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();

  for (let count = 0; count < 4 * enough; count += 1) {
    await world.fail(endpointId);
    world.wait(windowMs / (enough - 1) + 1);
    await round.run();
  }

  assert.deepEqual(await world.told(), []);
});

test('an endpoint has numbers of its own, and else those of its tenant', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const times = { createdAt: world.now, updatedAt: world.now };
  const id = 'acme' as Told['tenantId'];
  await world.put({ kind: 'tenant', value: { id, name: '', ...times, alert: { failures: 2 } } });
  const eager = await world.endpoint({ alert: { failures: 1 } });
  const plain = await world.endpoint();

  await world.fail(eager);
  await world.fail(plain);
  await round.run();
  const first = await world.told();
  await world.fail(plain);
  await round.run();

  const endpoints = (await world.told()).map(({ data }) => data['endpointId']);
  assert.deepEqual(
    first.map(({ data }) => data['endpointId']),
    [eager],
  );
  assert.deepEqual(endpoints, [eager, plain]);
});

test('that it recovered is told once a whole window has passed without a failure', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough);
  await round.run();
  world.wait(minute);
  await world.succeed(endpointId);
  world.wait(windowMs - 1);
  await round.run();
  const before = typesOf(await world.told());

  world.wait(1);
  await round.run();
  await round.run();

  const told = await world.told();
  assert.deepEqual(before, ['endpoint.failing']);
  assert.deepEqual(typesOf(told), ['endpoint.failing', 'endpoint.recovered']);
  assert.equal(told[1]?.data['recoveredAt'], '2025-06-15T15:07:40.000Z');
});

test('an endpoint that nobody sends to has not recovered', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough);
  await round.run();

  world.wait(10 * windowMs);
  await round.run();
  await world.succeed(endpointId, { type: 'posthorn.endpoint.failing' });
  world.wait(windowMs);
  await round.run();

  assert.deepEqual(typesOf(await world.told()), ['endpoint.failing']);
});

test('a second outage is told again', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();

  for (let outage = 0; outage < 2; outage += 1) {
    await world.fail(endpointId, enough);
    await round.run();
    await world.succeed(endpointId);
    world.wait(windowMs);
    await round.run();
  }

  const types = typesOf(await world.told());
  const once = ['endpoint.failing', 'endpoint.recovered'];
  assert.deepEqual(types, [...once, ...once]);
});

test('an episode outlives a restart, and so do failures before it', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough - 1);
  await round.run();

  await world.fail(endpointId);
  await world.round().run();
  await world.fail(endpointId, enough);
  await world.round().run();
  await world.succeed(endpointId);
  world.wait(windowMs);
  await world.round().run();
  await world.round().run();

  assert.deepEqual(typesOf(await world.told()), ['endpoint.failing', 'endpoint.recovered']);
});

test('a crash between the alert and its cursor tells nothing twice', async () => {
  await using opened = await AlertWorld.open();
  const { world } = opened;
  const endpointId = await world.endpoint();
  const crashing: AlertBook = {
    ...world.store.alerts,
    save: async () => Promise.reject(new Error('the power was cut')),
  };
  await world.fail(endpointId, enough);

  await assert.rejects(world.round(crashing).run(), /power/);
  await world.fail(endpointId);
  await world.round().run();

  const raised = world.signals.filter(({ signal }) => signal === 'alert_raised');
  assert.deepEqual(typesOf(await world.told()), ['endpoint.failing']);
  assert.equal(raised.length, 1);
});

test('two nodes that both watch tell everything once', async () => {
  await using opened = await AlertWorld.open();
  const { world, round: left } = opened;
  const right = world.round();
  const endpointId = await world.endpoint();
  await right.run();

  for (let outage = 0; outage < 2; outage += 1) {
    await world.fail(endpointId, enough);
    await Promise.all([left.run(), right.run()]);
    await world.succeed(endpointId);
    world.wait(windowMs);
    await Promise.all([right.run(), left.run()]);
  }

  const once = ['endpoint.failing', 'endpoint.recovered'];
  assert.deepEqual(typesOf(await world.told()), [...once, ...once]);
});

test('what began and ended while nobody watched is told once', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough);
  await world.succeed(endpointId);
  world.wait(2 * windowMs);

  await round.run();

  const [only = assert.fail(), ...others] = await world.told();
  assert.deepEqual([typesOf([only]), others], [['endpoint.recovered'], []]);
});

test('what is found too late is not told', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough);
  await world.bury(endpointId);
  world.wait(limits.alertStaleMs + 1);

  await round.run();

  assert.deepEqual(await world.told(), []);
});

test('the first start tells nothing of what happened before', async () => {
  await using opened = await AlertWorld.open();
  const { world } = opened;
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough);
  const blank: AlertBook = {
    ...world.store.alerts,
    standing: async () => ({ version: 1, position: null, states: [] }),
  };

  await world.round(blank).run();

  assert.deepEqual(await world.told(), []);
});

test('an idle round reads one page and saves nothing', async () => {
  await using opened = await AlertWorld.open();
  const { world } = opened;
  const calls: string[] = [];
  const { alerts } = world.store;
  const counted: AlertBook = {
    standing: () => alerts.standing(),
    read: (query) => (calls.push('read'), alerts.read(query)),
    successes: (queries) => (calls.push('successes'), alerts.successes(queries)),
    save: (step) => (calls.push('save'), alerts.save(step)),
  };
  const round = world.round(counted);
  const endpointId = await world.endpoint();
  await world.fail(endpointId, enough);
  await round.run();
  world.wait(windowMs);
  await round.run();
  calls.length = 0;

  for (let count = 0; count < 3; count += 1) await round.run();

  assert.deepEqual(calls, ['read', 'read', 'read']);
});
