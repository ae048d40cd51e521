import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

type Made = { id: string; secret: string; alertsReach: string };
type Alert = { type: string; data: { endpointId: string; lastError: Record<string, unknown> } };
type List = { data: { id: string; type: string }[] };

const hook = 'https://hooks.slack.example/services/planted-hook';
const windowMs = 3_000;
const quick = {
  types: ['task.*'],
  retry: { kind: 'schedule', delaysMs: [5, 5], jitter: 0 },
  alert: { failures: 3, windowMs },
};

function endpoint(stage: CallbackStage, path: string, settings: object): Promise<Made> {
  return stage.call<Made>('POST', '/v1/endpoints', { url: stage.origin + path, ...settings });
}

function publish(stage: CallbackStage): Promise<{ id: string }> {
  return stage.call('POST', '/v1/events', { type: 'task.completed', data: { n: 1 } });
}

/** What arrived at a path, once it is so many requests. */
async function arrivedAt(stage: CallbackStage, path: string, count: number): Promise<Received[]> {
  for (;;) {
    const there = stage.received.filter(({ url }) => url === path);
    if (there.length >= count) return there;
    await stage.arrived(stage.received.length + 1);
  }
}

function alertsIn(received: readonly Received[]): Alert[] {
  return received.map(({ body }) => JSON.parse(body) as Alert);
}

test('a failing endpoint is told of at another, and its recovery after a restart', async () => {
  await using stage = await CallbackStage.open();
  stage.statuses.set('/bad', 503);
  const oncall = await endpoint(stage, '/alerts', { types: ['posthorn.endpoint.*'] });
  const bad = await endpoint(stage, '/bad', quick);

  await publish(stage);
  await arrivedAt(stage, '/alerts', 1);
  await publish(stage);
  await arrivedAt(stage, '/bad', 6);
  await stage.stop();
  stage.statuses.set('/bad', 200);
  await stage.start();
  await publish(stage);
  const received = await arrivedAt(stage, '/alerts', 2);

  const alerts = alertsIn(received);
  assert.deepEqual(
    alerts.map(({ type, data }) => [type, data.endpointId]),
    [
      ['posthorn.endpoint.failing', bad.id],
      ['posthorn.endpoint.recovered', bad.id],
    ],
  );
  assert.equal(alerts[0]?.data.lastError['statusCode'], 503);
  for (const { body, headers } of received) new Webhook(oncall.secret).verify(body, headers);
});

test('an endpoint of alerts that fails is told to nobody', async () => {
  await using stage = await CallbackStage.open();
  for (const path of ['/bad', '/worse', '/alerts']) stage.statuses.set(path, 500);
  const oncall = await endpoint(stage, '/alerts', { ...quick, types: ['posthorn.*'] });
  const [bad, worse] = [
    await endpoint(stage, '/bad', { ...quick, types: ['task.completed'] }),
    await endpoint(stage, '/worse', { ...quick, types: ['order.paid'] }),
  ];

  await publish(stage);
  await arrivedAt(stage, '/alerts', 6);
  // The log is read by position, so whoever is told of this has read all that failed before.
  await stage.call('POST', '/v1/events', { type: 'order.paid', data: {} });
  const told: string[] = [];
  while (!told.includes(worse.id)) {
    const all = alertsIn(await arrivedAt(stage, '/alerts', told.length + 1));
    told.splice(0, told.length, ...all.map(({ data }) => data.endpointId));
  }

  assert.ok(told.includes(bad.id));
  assert.equal(told.includes(oncall.id), false);
  const list = await stage.call<List>('GET', '/v1/events?type=posthorn.endpoint.failing');
  assert.equal(list.data.length, 2);
});

test('a contact is told whatever it subscribes to, and a hook is kept encrypted', async () => {
  await using stage = await CallbackStage.open();
  stage.statuses.set('/bad', 503);
  const oncall = await endpoint(stage, '/oncall', {});
  const bad = await endpoint(stage, '/bad', {
    ...quick,
    contacts: [{ endpointId: oncall.id }, { slackUrl: hook }],
  });

  await publish(stage);
  const received = await arrivedAt(stage, '/oncall', 2);
  await stage.stop();
  const disk = await stage.disk();

  assert.ok(disk.includes(oncall.id), 'the database was read');
  assert.equal(disk.includes(hook), false);
  const types = alertsIn(received).map(({ type }) => type);
  assert.deepEqual([oncall.alertsReach, bad.alertsReach], ['nobody', 'contacts']);
  assert.deepEqual(types.toSorted(), ['posthorn.delivery.dead', 'posthorn.endpoint.failing']);
});

test('an endpoint that is gone is told of as disabled', async () => {
  await using stage = await CallbackStage.open();
  stage.statuses.set('/gone', 410);
  await endpoint(stage, '/alerts', { types: ['posthorn.endpoint.*'] });
  const gone = await endpoint(stage, '/gone', quick);

  await publish(stage);
  const received = await arrivedAt(stage, '/alerts', 1);

  const [alert] = alertsIn(received);
  assert.deepEqual([alert?.type, alert?.data.endpointId], ['posthorn.endpoint.disabled', gone.id]);
});
