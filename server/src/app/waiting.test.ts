import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';

type Waited = {
  isComplete: boolean;
  deliveries: { state: string; reason: string | null; attemptCount: number }[];
};

test('a publisher that waits is told how its deliveries ended', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(200, 410);
  for (const path of ['/a', '/b']) {
    await stage.call('POST', '/v1/endpoints', { url: stage.origin + path, types: ['*'] });
  }

  const answer = await stage.send('POST', '/v1/events', {
    headers: { 'content-type': 'application/json', prefer: 'wait=20' },
    body: '{"type":"task.completed","data":1}',
  });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('preference-applied'), 'wait=20');
  const { isComplete, deliveries } = (await answer.json()) as Waited;
  assert.equal(isComplete, true);
  assert.deepEqual(
    deliveries
      .map(({ state, reason, attemptCount }) => `${state} ${reason} ${attemptCount}`)
      .sort(),
    ['dead endpoint_gone 1', 'delivered null 1'],
  );
});
