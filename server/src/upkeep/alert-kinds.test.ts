import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertDefaultsId } from '../core/alert/contact.ts';
import type { Contact } from '../core/alert/contact.ts';
import type { EndpointId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { acme, globex } from '../store/contract/sample.ts';
import { AlertWorld } from './contract/alert-world.ts';

const eager = { alert: { failures: 1 } };

test('an endpoint that its answers disabled is told as that, not as failing', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const at = world.now;
  const endpointId = await world.endpoint({
    ...eager,
    status: { is: 'disabled', reason: 'gone', at },
  });
  await world.fail(endpointId, 3, { statusCode: 410, error: 'http_410' });

  await round.run();
  await world.fail(endpointId);
  await round.run();

  const [only = assert.fail(), ...others] = await world.told();
  assert.deepEqual([only.type, others], ['posthorn.endpoint.disabled', []]);
  assert.equal(only.data['reason'], 'gone');
});

test('what a person disabled is told to nobody', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const status = { is: 'disabled', reason: 'asked', at: world.now } as const;
  const endpointId = await world.endpoint({ ...eager, status });
  await world.fail(endpointId);

  await round.run();

  assert.deepEqual(await world.told(), []);
});

test('a dead letter is told with its reason, those over the number together', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const listener = await world.listener();
  const endpointId = await world.endpoint();
  const next = { is: 'dead', reason: 'order_wait_over', holdsKey: false } as const;
  await world.bury(endpointId, { next });
  for (let count = 0; count < limits.alertDeaths + 2; count += 1) await world.bury(endpointId);
  await round.run();
  const alone = await world.told();
  world.wait(limits.alertDeathsMs);

  await round.run();
  await round.run();

  const told = await world.told();
  assert.deepEqual(
    alone.map(({ data }) => data['count']),
    Array(limits.alertDeaths).fill(1),
  );
  assert.deepEqual(alone[0]?.data['reasons'], { order_wait_over: 1 });
  const [more = assert.fail(), ...others] = told.slice(alone.length);
  assert.deepEqual([more.type, more.to, others], ['posthorn.delivery.dead', [listener], []]);
  assert.deepEqual([more.data['count'], more.data['reasons']], [3, { expired: 3 }]);
});

test('an alert raises no alert, however its own endpoint fails', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const listener = await world.listener(eager);
  const type = 'posthorn.endpoint.failing';
  await world.fail(listener, 9, { type, eventType: type });

  await round.run();

  assert.deepEqual(await world.told(), []);
});

test('an alert never goes through the endpoint that it is about', async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  const endpointId = await world.listener(eager);
  const value = world.mirror.get('endpoint', acme, endpointId)?.value ?? assert.fail();
  await world.put({ kind: 'endpoint', value: { ...value, contacts: [{ endpointId }] } });
  await world.fail(endpointId);

  await round.run();

  const [only = assert.fail()] = await world.told();
  assert.deepEqual(only.to, []);
  const raised = world.signals.find(({ signal }) => signal === 'alert_raised');
  assert.ok(raised?.signal === 'alert_raised');
  assert.equal(raised.deliveryCount, 0);
});

type Level = 'endpoint' | 'tenant' | 'operator';
const nearest: [because: string, levels: Level[], expected: Level][] = [
  ['it names its own', ['endpoint', 'tenant', 'operator'], 'endpoint'],
  ['its tenant names some', ['tenant', 'operator'], 'tenant'],
  ['only the operator names some', ['operator'], 'operator'],
];
for (const [because, levels, expected] of nearest) {
  test(`the contacts of the ${expected} are told: ${because}`, async () => {
    await using opened = await AlertWorld.open();
    const { world, round } = opened;
    const ids = new Map<Level, EndpointId>();
    for (const level of levels) ids.set(level, await world.endpoint());
    const contacts = (level: Level): Contact[] => {
      const endpointId = ids.get(level);
      return endpointId === undefined ? [] : [{ endpointId }];
    };
    const times = { createdAt: world.now, updatedAt: world.now };
    const tenant = { id: acme, name: 'Acme', contacts: contacts('tenant'), ...times };
    await world.put({ kind: 'tenant', value: tenant });
    const of = { id: alertDefaultsId, tenantId: null, contacts: contacts('operator') } as const;
    await world.put({ kind: 'alertDefaults', value: { ...of, ...times } });
    await world.fail(await world.endpoint({ ...eager, contacts: contacts('endpoint') }));

    await round.run();

    const [only = assert.fail()] = await world.told();
    assert.deepEqual(only.to, [ids.get(expected)]);
  });
}

test("the operator's endpoint gets a copy in its own tenant, and nobody else there", async () => {
  await using opened = await AlertWorld.open();
  const { world, round } = opened;
  await world.listener({ tenantId: globex });
  const endpointId = await world.endpoint({ tenantId: globex });
  const times = { createdAt: world.now, updatedAt: world.now };
  const of = { id: alertDefaultsId, tenantId: null, contacts: [{ endpointId }] } as const;
  await world.put({ kind: 'alertDefaults', value: { ...of, ...times } });
  const failing = await world.endpoint(eager);
  await world.fail(failing);

  await round.run();

  const [own = assert.fail()] = await world.told(acme);
  const [copy = assert.fail(), ...others] = await world.told(globex);
  assert.deepEqual([own.to, copy.to, others], [[], [endpointId], []]);
  assert.deepEqual(copy.data, own.data);
});
