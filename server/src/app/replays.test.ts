import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

type Made = { id: string };
type Job = {
  id: string;
  state: string;
  endedAt: string | null;
  progress: Record<'examinedCount' | 'madeCount' | 'skippedCount' | 'failedCount', number>;
};
type Delivery = { id: string; state: string; isReplay: boolean; replayId: string | null };
type List<Row> = { data: Row[] };

/** One attempt, then dead; 400 opens no circuit. */
const oneTry = { types: ['task.*'], retry: { kind: 'schedule', delaysMs: [], jitter: 0 } };

/** Publishes events one by one and answers when the deliveries of each have ended. */
async function publish(stage: CallbackStage, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const answer = await stage.send('POST', '/v1/events', {
      headers: { 'content-type': 'application/json', prefer: 'wait=10' },
      body: JSON.stringify({ type: 'task.completed', data: { n } }),
    });
    ids.push(((await answer.json()) as Made).id);
  }
  return ids;
}

async function ended(stage: CallbackStage, { id }: Job): Promise<Job> {
  for (;;) {
    const job = await stage.call<Job>('GET', `/v1/replays/${id}`);
    if (job.endedAt !== null) return job;
  }
}

function webhookIds(received: readonly Received[]): string[] {
  return received.map(({ headers }) => headers['webhook-id'] ?? 'none').toSorted();
}

test('dead letters arrive again with their webhook-id, and say that they are replays', async () => {
  await using stage = await CallbackStage.open();
  stage.statuses.set('/in', 400);
  const url = `${stage.origin}/in`;
  const endpoint = await stage.call<Made>('POST', '/v1/endpoints', { url, ...oneTry });
  const ids = await publish(stage, 3);
  stage.statuses.set('/in', 200);

  const job = await stage.call<Job>('POST', '/v1/replays', { endpointId: endpoint.id });
  const received = (await stage.arrived(6)).slice(3);
  const { state, progress } = await ended(stage, job);
  const path = `/v1/deliveries?eventId=${ids[0]}`;
  const deliveries = await stage.call<List<Delivery>>('GET', path);

  assert.deepEqual(webhookIds(received), ids.toSorted());
  for (const { headers } of received) assert.equal(headers['posthorn-replay'], 'true');
  assert.equal(state, 'completed');
  assert.deepEqual([progress.examinedCount, progress.madeCount], [3, 3]);
  assert.deepEqual(
    deliveries.data.map(({ isReplay, replayId }) => [isReplay, replayId]),
    [
      [true, job.id],
      [false, null],
    ],
  );
});

test('delivered ones as new are events of their own that the old ones caused', async () => {
  await using stage = await CallbackStage.open();
  const url = `${stage.origin}/in`;
  const endpoint = await stage.call<Made>('POST', '/v1/endpoints', { url, types: ['task.*'] });
  const [id] = await publish(stage, 1);

  const request = { only: 'all', as: 'new', endpointId: endpoint.id };
  await ended(stage, await stage.call<Job>('POST', '/v1/replays', request));
  const [first, second] = await stage.arrived(2);
  const made = second?.headers['webhook-id'];
  const event = await stage.call<Record<string, unknown>>('GET', `/v1/events/${made}`);

  assert.notEqual(made, id);
  assert.equal(second?.body, first?.body);
  assert.deepEqual([event['causationId'], event['correlationId']], [id, id]);
});

test('an endpoint that subscribes late gets what it missed, once', async () => {
  await using stage = await CallbackStage.open();
  const ids = await publish(stage, 3);
  const url = `${stage.origin}/late`;
  await stage.call('POST', '/v1/endpoints', { url, types: ['task.*'] });

  const first = await stage.call<Job>('POST', '/v1/replays', { only: 'missing' });
  const received = await stage.arrived(3);
  const jobs = [await ended(stage, first)];
  const second = await stage.call<Job>('POST', '/v1/replays', { only: 'missing' });
  jobs.push(await ended(stage, second));

  assert.deepEqual(webhookIds(received), ids.toSorted());
  assert.deepEqual(
    jobs.map(({ progress }) => progress.madeCount),
    [3, 0],
  );
});

test('a restart in the middle loses none and makes none twice', async () => {
  await using stage = await CallbackStage.open();
  stage.statuses.set('/in', 400);
  await stage.call('POST', '/v1/endpoints', { url: `${stage.origin}/in`, ...oneTry });
  const ids = await publish(stage, 10);
  stage.statuses.set('/in', 200);

  const job = await stage.call<Job>('POST', '/v1/replays', { ratePerSecond: 8 });
  await stage.arrived(12);
  await stage.stop();
  await stage.start();
  const between = await stage.call<Job>('GET', `/v1/replays/${job.id}`);
  const { progress } = await ended(stage, job);
  const received = (await stage.arrived(20)).slice(10);

  assert.equal(between.state, 'running');
  assert.deepEqual([progress.examinedCount, progress.madeCount], [10, 10]);
  assert.deepEqual(webhookIds(received), ids.toSorted());
});

test('a paused replay is paused after a restart too, and goes on when it is resumed', async () => {
  await using stage = await CallbackStage.open();
  stage.statuses.set('/in', 400);
  await stage.call('POST', '/v1/endpoints', { url: `${stage.origin}/in`, ...oneTry });
  await publish(stage, 5);
  stage.statuses.set('/in', 200);

  const { id } = await stage.call<Job>('POST', '/v1/replays', { ratePerSecond: 4 });
  const paused = await stage.call<Job>('POST', `/v1/replays/${id}/pause`);
  await stage.stop();
  await stage.start();
  const after = await stage.call<Job>('GET', `/v1/replays/${id}`);
  const resumed = await stage.call<Job>('POST', `/v1/replays/${id}/resume`);
  const done = await ended(stage, resumed);
  const late = await stage.send('POST', `/v1/replays/${id}/cancel`, { headers: {} });

  assert.deepEqual(after, paused);
  assert.deepEqual([paused.state, resumed.state], ['paused', 'running']);
  assert.deepEqual([done.state, done.progress.madeCount], ['completed', 5]);
  assert.equal((await stage.arrived(10)).length, 10);
  assert.equal(late.status, 409);
});
