import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';

const planted = 'a-planted-word-of-the-payload';

test('what was erased is nowhere on the disk of a server that was stopped', async () => {
  await using stage = await CallbackStage.open();
  await stage.call('POST', '/v1/endpoints', { url: stage.origin, types: ['*'] });
  for (const [id, word] of [
    ['erased', planted],
    ['kept', 'another-word'],
  ]) {
    await stage.call('POST', '/v1/events', { id, type: 'task.completed', data: { word } });
  }
  await stage.arrived(2);
  const before = await stage.disk();

  await stage.call('DELETE', '/v1/events/erased/data');
  await stage.stop();

  const after = await stage.disk();
  assert.deepEqual([before.includes(planted), before.includes('another-word')], [true, true]);
  assert.deepEqual([after.includes(planted), after.includes('another-word')], [false, true]);
});
