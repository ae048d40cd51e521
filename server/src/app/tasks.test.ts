import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

const secret = `whsec_${Buffer.from('a secret of the callback alone.').toString('base64')}`;

type Data = {
  taskId: string;
  sequence: number;
  state: string;
  step?: string;
  progress?: number;
  timestamp: string;
};
type Told = { type: string; data: Data };

function toldIn(received: readonly Received[], path: string): Told[] {
  return received.filter(({ url }) => url === path).map(({ body }) => JSON.parse(body) as Told);
}

test('a subscriber sees each step of a task in order, from its start to its end', async () => {
  await using stage = await CallbackStage.open();
  await stage.call('POST', '/v1/endpoints', { url: `${stage.origin}/hook`, types: ['task.*'] });
  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', { name: 'Report' });
  const steps = ['analyzing', 'reasoning', 'generating', 'validating'];

  for (const [index, step] of steps.entries()) {
    const progress = (index + 1) / 5;
    await stage.call('POST', `/v1/tasks/${id}/progress`, { step, progress });
  }
  await stage.call('POST', `/v1/tasks/${id}/complete`, { result: { ok: true } });

  const told = toldIn(await stage.arrived(6), '/hook');
  assert.deepEqual(
    told.map(({ type, data }) => [type, data.sequence, data.step]),
    [
      ['task.started', 1, undefined],
      ...steps.map((step, index) => ['task.progress', index + 2, step]),
      ['task.completed', 6, 'validating'],
    ],
  );
  assert.ok(told.every(({ data }) => data.taskId === id && Date.parse(data.timestamp) > 0));
});

test('an end comes after the reports that were sent before it, also over a failure', async () => {
  await using stage = await CallbackStage.open();
  const url = `${stage.origin}/hook`;
  const retry = { kind: 'schedule', delaysMs: [200, 200, 200], jitter: 0 };
  await stage.call('POST', '/v1/endpoints', { url, types: ['task.*'], retry });
  stage.answers.push(500, 500);

  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', {});
  await stage.call('POST', `/v1/tasks/${id}/progress`, { step: 'a' });
  await stage.call('POST', `/v1/tasks/${id}/complete`, {});

  const told = toldIn(await stage.arrived(5), '/hook');
  assert.deepEqual(
    told.map(({ data }) => data.sequence),
    [1, 1, 1, 2, 3],
  );
});

test('an endpoint that was held back gets the first report of each step and no flood', async () => {
  await using stage = await CallbackStage.open();
  const types = ['task.*'];
  const hook = { url: `${stage.origin}/hook`, types };
  const endpoint = await stage.call<{ id: string }>('POST', '/v1/endpoints', hook);
  await stage.call('POST', `/v1/endpoints/${endpoint.id}/pause`);
  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', {});
  const report = (body: object) => stage.call('POST', `/v1/tasks/${id}/progress`, body);
  for (const step of ['a', 'b']) {
    for (let count = 1; count <= 10; count += 1) await report({ step, progress: count / 20 });
  }

  await stage.call('POST', `/v1/tasks/${id}/complete`, {});
  await stage.call('POST', `/v1/endpoints/${endpoint.id}/resume`);

  const received = await stage.arrived(4);
  const told = toldIn(received, '/hook');
  assert.deepEqual(
    told.map(({ type, data }) => [type, data.sequence]),
    [
      ['task.started', 1],
      ['task.progress', 2],
      ['task.progress', 12],
      ['task.completed', 22],
    ],
  );
  const states = await stage.call<{ data: { state: string }[] }>('GET', '/v1/deliveries?limit=500');
  const superseded = states.data.filter(({ state }) => state === 'superseded');
  assert.deepEqual([superseded.length, states.data.length], [18, 22]);
});

test('a callback gets all of its task, signed, over a restart of the server', async () => {
  await using stage = await CallbackStage.open();
  const callback = { url: `${stage.origin}/own`, secret, headers: { 'x-job': 'j-7' } };
  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', { callback });
  await stage.call('POST', `/v1/tasks/${id}/progress`, { step: 'a' });
  await stage.arrived(2);

  await stage.stop();
  await stage.start();
  await stage.call('POST', `/v1/tasks/${id}/fail`, { error: { message: 'no' } });

  const received = await stage.arrived(3);
  assert.deepEqual(
    toldIn(received, '/own').map(({ data }) => data.sequence),
    [1, 2, 3],
  );
  for (const { body, headers } of received) {
    assert.ok(new Webhook(secret).verify(body, headers));
    assert.equal(headers['x-job'], 'j-7');
  }
  const disk = await stage.disk();
  assert.ok(!disk.includes(secret) && !disk.includes('j-7'));
});

test('a task that fell silent is told of by a server that was started since', async () => {
  await using stage = await CallbackStage.open();
  await stage.call('POST', '/v1/endpoints', {
    url: `${stage.origin}/hook`,
    types: ['task.stalled'],
  });
  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', { stallAfterMs: 1_000 });

  await stage.stop();
  await stage.start();

  const [told] = toldIn(await stage.arrived(1), '/hook');
  assert.deepEqual([told?.type, told?.data.taskId, told?.data.sequence], ['task.stalled', id, 2]);
  const shown = await stage.call<{ isStalled: boolean }>('GET', `/v1/tasks/${id}`);
  assert.equal(shown.isStalled, true);
});
