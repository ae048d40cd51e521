import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallbackTarget } from '../core/callback.ts';
import { callbackEndpoint } from '../core/callback-endpoint.ts';
import type { EndpointId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import {
  acme,
  at,
  catalogueWrite,
  plannedDelivery,
  plannedEvent,
  tenantResource,
} from '../store/contract/sample.ts';
import type { Queue } from '../store/queue.ts';
import { answered } from './contract/scripted-destination.ts';
import { DispatchWorld } from './contract/dispatch-world.ts';

const second = 1_000;
const origin = 'https://receiver.example';
const tenantsSecret = { text: 'whsec_dGVuYW50', createdAt: at(0), endsAt: null };
const ownSecret = { text: 'whsec_b3du', createdAt: at(0), endsAt: null };
const twice = { kind: 'schedule', delaysMs: [second], jitter: 0 } as const;

function targetTo(path: string, parts: Partial<CallbackTarget> = {}): CallbackTarget {
  const none = { secrets: null, headers: [], retry: null, timeoutMs: null };
  return { url: origin + path, ...none, ...parts };
}

/** Makes the lane of an origin and the secret of the tenant, as ingest does. */
async function laneOf(world: DispatchWorld): Promise<EndpointId> {
  const tenant = tenantResource({ callbackSecret: tenantsSecret });
  const writes = [catalogueWrite(tenant)];
  await world.mirror.change({ tenantId: acme, writes, idempotency: null });
  return world.endpoint(callbackEndpoint(acme, origin, at(0)));
}

test('what a callback brings replaces that of its endpoint, the rest stays', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await laneOf(world);
  const headers = [['X-Job', 'j-1']] as const;
  const own = { secrets: [ownSecret], headers, retry: twice, timeoutMs: 2_000 };

  for (const callback of [targetTo('/own', own), targetTo('/bare')]) {
    const id = await world.publish(endpoint, { delivery: { callback } });
    await world.reaches(id, 'delivered');
  }

  const [first, bare] = world.scripted.ordersTo(endpoint).map((order) => order.endpoint);
  const plain = world.stored(endpoint).value;
  assert.deepEqual(first, { ...plain, url: `${origin}/own`, ...own });
  assert.deepEqual(bare, { ...plain, url: `${origin}/bare`, secrets: [tenantsSecret] });
});

test('a callback has as many attempts as its own policy, after a restart too', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await laneOf(world);
  world.scripted.script(endpoint, answered(503));
  const callback = targetTo('/own', { retry: twice, secrets: [ownSecret] });
  const id = await world.publish(endpoint, { delivery: { callback } });
  await world.until(async () => (await world.attempts(id)).length === 1, second);

  await world.restart();
  const dead = await world.reaches(id, 'dead', 10 * second);

  assert.equal(dead.attemptCount, 2);
  const urls = world.scripted.ordersTo(endpoint).map((order) => order.endpoint.url);
  assert.deepEqual(urls, [callback.url, callback.url]);
  assert.deepEqual(world.scripted.orders.at(-1)?.endpoint.secrets, [ownSecret]);
});

test('a secret that the tenant gets later signs the attempts from then on', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await world.endpoint(callbackEndpoint(acme, origin, at(0)));
  world.scripted.script(endpoint, answered(503), answered(200));
  const callback = targetTo('/', { retry: twice });
  const id = await world.publish(endpoint, { delivery: { callback } });
  await world.until(async () => (await world.attempts(id)).length === 1, second);

  const writes = [catalogueWrite(tenantResource({ callbackSecret: tenantsSecret }))];
  await world.mirror.change({ tenantId: acme, writes, idempotency: null });
  await world.reaches(id, 'delivered');

  const secrets = world.scripted.orders.map((order) => order.endpoint.secrets);
  assert.deepEqual(secrets, [[], [tenantsSecret]]);
});

test('410 ends a callback alone, not the lane that others share', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await laneOf(world);
  world.scripted.script(endpoint, answered(410));

  const id = await world.publish(endpoint, { delivery: { callback: targetTo('/gone') } });
  await world.reaches(id, 'dead');

  assert.equal(world.stored(endpoint).value.status.is, 'active');
});

test('days of nothing but failures leave the lane of callbacks as it is', async () => {
  await using world = await DispatchWorld.open();
  const endpoint = await laneOf(world);
  world.scripted.script(endpoint, answered(400));
  const callback = targetTo('/', { retry: { kind: 'schedule', delaysMs: [], jitter: 0 } });
  const early = await world.publishMany(limits.autoDisableAttempts, endpoint, {
    delivery: { callback },
  });
  for (const id of early) await world.reaches(id, 'dead');

  world.time.skip(limits.autoDisableMs);
  await world.reaches(await world.publish(endpoint, { delivery: { callback } }), 'dead');

  assert.equal(world.stored(endpoint).value.status.is, 'active');
});

test('a lane that another node made a moment ago is heard of, not ended', async () => {
  const endpoint = callbackEndpoint(acme, origin, at(0));
  const callback = targetTo('/', { secrets: [ownSecret] });
  const plan = plannedDelivery({ endpointId: endpoint.id, callback });
  let isMade = false;
  await using world = await DispatchWorld.open({
    around: (store) => {
      // Just after this node has last read the catalogue.
      const dueEndpoints: Queue['dueEndpoints'] = async (query) => {
        if (isMade) return store.queue.dueEndpoints(query);
        isMade = true;
        const writes = [catalogueWrite({ kind: 'endpoint', value: endpoint })];
        await store.catalogue.change({ tenantId: acme, writes, idempotency: null });
        await store.queue.accept([plannedEvent({ deliveries: [plan], catalogueVersion: 1 })]);
        return store.queue.dueEndpoints(query);
      };
      return { ...store, queue: { ...store.queue, dueEndpoints } };
    },
  });

  const delivered = await world.reaches(plan.id, 'delivered');

  assert.equal(delivered.attemptCount, 1);
  assert.equal(world.scripted.orders[0]?.endpoint.url, callback.url);
});
