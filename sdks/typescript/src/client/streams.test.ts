import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerStage } from '../contract/server-stage.ts';
import { Posthorn } from './posthorn.ts';

let stage: ServerStage;
before(async () => {
  stage = await ServerStage.open();
});
after(() => stage[Symbol.asyncDispose]());

test('events are streamed as they are accepted, and again from a cursor', async () => {
  const { posthorn } = stage;
  const first = await posthorn.events.publish({ type: 'live.a', data: 0 });
  const stopping = new AbortController();
  const seen: unknown[] = [];
  const cursors: string[] = [];

  const stream = posthorn.stream<number>(
    { types: ['live.*'], after: first.id },
    { signal: stopping.signal },
  );
  await posthorn.events.publish({ type: 'other.a', data: 9 });
  await posthorn.events.publish({ type: 'live.b', data: 1 });
  for await (const { cursor, type, event } of stream) {
    seen.push([type, event.data]);
    cursors.push(cursor);
    if (seen.length === 1) await posthorn.events.publish({ type: 'live.c', data: 2 });
    if (seen.length === 2) stopping.abort();
  }

  assert.deepEqual(seen, [
    ['live.b', 1],
    ['live.c', 2],
  ]);
  const again = posthorn.stream({ types: ['live.*'], after: cursors[0] });
  for await (const { type } of again) {
    assert.equal(type, 'live.c');
    break;
  }
});

test('a page follows one task by a token, from its start to its end, no other', async () => {
  const { posthorn, url } = stage;
  const task = await posthorn.tasks.start({ name: 'followed', progressPerSecond: 1_000 });
  const { token } = await posthorn.streamToken({ taskId: task.id });
  const page = new Posthorn({ url });
  task.progress({ step: 'analyzing' });

  const types: string[] = [];
  const stream = page.tasks.stream<{ step?: string }>(task.id, { token });
  for await (const { type, event } of stream) {
    types.push(event.data?.step ?? type);
    if (types.length === 2) void task.complete({ result: 1 });
  }

  assert.deepEqual(types.slice(0, 2), ['task.started', 'analyzing']);
  assert.equal(types.length, 3);
  const { data } = await posthorn.tasks.history(task.id);
  assert.equal(data.length, 3);
  const other = await posthorn.tasks.start();
  const prying = page.tasks.stream(other.id, { token });
  await assert.rejects(prying.next(), { status: 403 });
});
