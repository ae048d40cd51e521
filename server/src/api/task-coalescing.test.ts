import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Row = { eventId: string; endpointId: string; state: string };

/** An endpoint that nothing is sent to, since no dispatcher runs. */
async function endpoint(api: OpenedApi, wish: object = {}): Promise<string> {
  const url = 'https://example.com/hook';
  const made = await api.call({ url: '/v1/endpoints', body: { url } });
  const { id: endpointId } = made.json<{ id: string }>();
  const body = { endpointId, types: ['task.*'], ...wish };
  const subscribed = await api.call({ url: '/v1/subscriptions', body });
  assert.equal(subscribed.statusCode, 201, subscribed.body);
  return endpointId;
}

async function say(api: OpenedApi, verb: string, body: object = {}): Promise<void> {
  const url = verb === 'start' ? '/v1/tasks' : `/v1/tasks/t-1/${verb}`;
  const answer = await api.call({ url, body });
  assert.ok(answer.statusCode < 300, answer.body);
}

/** The sequences of a task's events that still wait for an endpoint. */
async function waitingFor(api: OpenedApi, endpointId: string): Promise<number[]> {
  const url = `/v1/deliveries?endpointId=${endpointId}&state=pending&limit=500`;
  const { data } = (await api.call({ url })).json<{ data: Row[] }>();
  const sequences = data.map(async ({ eventId }) => {
    const event = await api.call({ url: `/v1/events/${eventId}` });
    return event.json<{ data: { sequence: number } }>().data.sequence;
  });
  return (await Promise.all(sequences)).toReversed();
}

test('a newer report takes the place of an unsent one of its step, and of no other', async () => {
  await using api = await openApi();
  const id = await endpoint(api);
  await say(api, 'start', { id: 't-1' });
  for (const step of ['a', 'a', 'a', 'b', 'b', 'a']) await say(api, 'progress', { step });

  const waiting = await waitingFor(api, id);

  // 1 started, 2 and 5 are the first of their steps, 6 is the newest of b and 7 of a.
  assert.deepEqual(waiting, [1, 2, 5, 6, 7]);
});

test('the end takes the place of every report but the first of each step', async () => {
  await using api = await openApi();
  const id = await endpoint(api);
  await say(api, 'start', { id: 't-1' });
  for (const step of ['a', 'a', 'b', 'b']) await say(api, 'progress', { step });
  await say(api, 'wait', { reason: 'approval' });
  await say(api, 'progress', { step: 'b' });

  await say(api, 'complete');

  assert.deepEqual(await waitingFor(api, id), [1, 2, 4, 6, 8]);
});

test('a report without a step stands for those of the step before it', async () => {
  await using api = await openApi();
  const id = await endpoint(api);
  await say(api, 'start', { id: 't-1' });
  for (const body of [{}, {}, { step: 'a' }, {}, {}]) await say(api, 'progress', body);

  assert.deepEqual(await waitingFor(api, id), [1, 2, 3, 4, 6]);
});

test('who asks for every report gets every one, in order', async () => {
  await using api = await openApi();
  const all = await endpoint(api, { coalesce: false });
  const usual = await endpoint(api);
  await say(api, 'start', { id: 't-1' });
  for (let count = 0; count < 5; count += 1) await say(api, 'progress', { step: 'a' });
  await say(api, 'fail', { error: { message: 'no' } });

  assert.deepEqual(await waitingFor(api, all), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(await waitingFor(api, usual), [1, 2, 7]);
});

test('two tasks take nothing from each other', async () => {
  await using api = await openApi();
  const id = await endpoint(api);
  await say(api, 'start', { id: 't-1' });
  await say(api, 'start', { id: 't-2' });
  for (const task of ['t-1', 't-2', 't-1', 't-2']) {
    await api.call({ url: `/v1/tasks/${task}/progress`, body: { step: 'a' } });
  }
  await api.call({ url: '/v1/tasks/t-2/complete', body: {} });

  const waiting = await waitingFor(api, id);

  assert.deepEqual(waiting, [1, 1, 2, 2, 3, 4]);
});
