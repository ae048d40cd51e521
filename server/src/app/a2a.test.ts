import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamResponse } from '@a2a-js/sdk';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

/** A task is named by its `id`, an update by its `taskId`. */
type Notified = Record<
  string,
  { id?: string; taskId?: string; contextId: string; metadata: { sequence: number } }
>;
type Told = { readonly status?: { readonly state: string } };

/** The state that a notification tells, as the official library reads it. */
function stateOf({ body }: Received): string {
  const read = StreamResponse.toJSON(StreamResponse.fromJSON(JSON.parse(body)));
  const [[member, update] = ['', {}]] = Object.entries(read as Record<string, Told>);
  return `${member} ${update.status?.state}`;
}

test('a task is told by push notifications that the official library reads, in order', async () => {
  await using stage = await CallbackStage.open();
  const headers = { Authorization: 'Bearer a-token-of-the-agent' };
  const wish = { url: `${stage.origin}/a2a`, types: ['task.*'], format: 'a2a', headers };
  await stage.call('POST', '/v1/endpoints', wish);

  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', { name: 'Report' });
  await stage.call('POST', `/v1/tasks/${id}/progress`, { step: 'a', message: 'reading' });
  await stage.call('POST', `/v1/tasks/${id}/wait`, { reason: 'Which account?' });
  await stage.call('POST', `/v1/tasks/${id}/complete`, { result: { ok: true } });
  const received = await stage.arrived(4);

  assert.deepEqual(received.map(stateOf), [
    'task TASK_STATE_SUBMITTED',
    'statusUpdate TASK_STATE_WORKING',
    'statusUpdate TASK_STATE_INPUT_REQUIRED',
    'task TASK_STATE_COMPLETED',
  ]);
  const told = received.flatMap(({ body }) => Object.values(JSON.parse(body) as Notified));
  assert.deepEqual(
    told.map(({ id: whole, taskId = whole, metadata }) => [taskId, metadata.sequence]),
    [1, 2, 3, 4].map((sequence) => [id, sequence]),
  );
  assert.equal(new Set(told.map(({ contextId }) => contextId)).size, 1);
  for (const { headers: got } of received) {
    assert.equal(got['content-type'], 'application/a2a+json');
    assert.equal(got['authorization'], 'Bearer a-token-of-the-agent');
    assert.match(got['webhook-signature'] ?? '', /^v1,/);
  }
});

test('the callback of one task may be a push notification with a token', async () => {
  await using stage = await CallbackStage.open();
  const callback = {
    ...{ url: `${stage.origin}/push`, format: 'a2a' },
    headers: { 'X-A2A-Notification-Token': 'a-token-of-this-task' },
  };

  const { id } = await stage.call<{ id: string }>('POST', '/v1/tasks', { callback });
  await stage.call('POST', `/v1/tasks/${id}/fail`, { error: { message: 'no model' } });
  const received = await stage.arrived(2);

  assert.deepEqual(received.map(stateOf), [
    'task TASK_STATE_SUBMITTED',
    'statusUpdate TASK_STATE_FAILED',
  ]);
  assert.equal(received[1]?.headers['x-a2a-notification-token'], 'a-token-of-this-task');
});
