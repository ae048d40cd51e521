import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { CallbackStage } from './contract/callback-stage.ts';

const secret = `whsec_${Buffer.from('a secret of the callback alone.').toString('base64')}`;

type Accepted = { id: string; deliveryCount: number; held?: boolean; callback?: object };
type Delivery = { id: string; state: string; reason: string | null; isReplay: boolean };
type List<Row> = { data: Row[] };
type Chain = { held: boolean; heldCount: number; data: { id: string; held: boolean }[] };
type Counts = { madeCount: number; skippedCount: number; failedCount: number };
type Job = { state: string; progress: Counts };
type Released = { released: boolean; replayId: string };

/** Publishes a chain up to the last hop that is allowed; answers its first and its last event. */
async function longChain(stage: CallbackStage): Promise<{ first: string; last: string }> {
  const event = { type: 'a.b', data: 1 };
  const { id: first } = await stage.call<Accepted>('POST', '/v1/events', event);
  let last = first;
  for (let hops = 1; hops <= 16; hops += 1) {
    const next = { ...event, causationId: last };
    last = (await stage.call<Accepted>('POST', '/v1/events', next)).id;
  }
  return { first, last };
}

async function deliveriesOf(stage: CallbackStage, eventId: string): Promise<Delivery[]> {
  return (await stage.call<List<Delivery>>('GET', `/v1/deliveries?eventId=${eventId}`)).data;
}

/** Releases a chain, and answers what its replay came to once that has ended. */
async function release(stage: CallbackStage, chain: string): Promise<Counts> {
  const { replayId } = await stage.call<Released>('POST', `/v1/chains/${chain}/release`);
  for (let looks = 0; looks < 10_000; looks += 1) {
    const job = await stage.call<Job>('GET', `/v1/replays/${replayId}`);
    if (job.state === 'completed') return job.progress;
    assert.equal(job.state, 'running');
  }
  return assert.fail('the replay does not end');
}

test('the callback of a held event outlives a restart, and goes with the release', async () => {
  await using stage = await CallbackStage.open();
  const { first, last } = await longChain(stage);
  const callback = { url: `${stage.origin}/done`, secret };
  const event = { type: 'a.b', data: { n: 17 }, causationId: last, callback };

  const accepted = await stage.call<Accepted>('POST', '/v1/events', event);
  const [kept, ...others] = await deliveriesOf(stage, accepted.id);
  const why = await stage.call<List<{ rule: string; says: string }>>(
    'GET',
    `/v1/events/${accepted.id}/explain`,
  );
  const chain = await stage.call<Chain>('GET', `/v1/chains/${first}`);
  await stage.stop();
  const before = stage.received.length;
  await stage.start();
  const counts = await release(stage, first);
  const [received] = await stage.arrived(1);
  const again = await stage.call<Released>('POST', `/v1/chains/${first}/release`);

  assert.deepEqual([accepted.held, accepted.deliveryCount], [true, 1]);
  assert.deepEqual(accepted.callback, { signedWith: 'callback' });
  assert.deepEqual([kept?.state, kept?.reason, others], ['cancelled', 'held', []]);
  assert.deepEqual([why.data[0]?.rule, chain.heldCount, chain.data[0]?.held], ['held', 1, true]);
  assert.match(why.data[0]?.says ?? '', new RegExp(`POST /v1/chains/${first}/release`));
  assert.deepEqual([before, counts.madeCount, again.released], [0, 1, false]);
  assert.ok(received);
  assert.deepEqual([received.url, received.headers['webhook-id']], ['/done', accepted.id]);
  assert.ok(new Webhook(secret).verify(received.body, received.headers));
  const sent = await deliveriesOf(stage, accepted.id);
  assert.deepEqual(
    sent.map(({ id, isReplay }) => [id, isReplay]),
    [[kept?.id, false]],
  );
  assert.equal(stage.received.length, 1);
});

test('a subscriber gets what was held beside the callback, each once', async () => {
  await using stage = await CallbackStage.open();
  await stage.call('POST', '/v1/endpoints', { url: `${stage.origin}/hook`, types: ['c.d'] });
  const { first, last } = await longChain(stage);
  const callback = { url: `${stage.origin}/done` };
  const event = { type: 'c.d', data: 1, causationId: last };

  await stage.call('POST', '/v1/events', { ...event, callback });
  await stage.call('POST', '/v1/events', event);
  const counts = await release(stage, first);
  const received = await stage.arrived(3);

  assert.deepEqual([counts.madeCount, counts.skippedCount, counts.failedCount], [3, 0, 0]);
  assert.deepEqual(received.map(({ url }) => url).toSorted(), ['/done', '/hook', '/hook']);
});

test('a callback that somebody retried alone is not sent again by the release', async () => {
  await using stage = await CallbackStage.open();
  const { first, last } = await longChain(stage);
  const event = { type: 'a.b', data: 1, causationId: last };
  const callbackTo = (path: string) => ({ ...event, callback: { url: stage.origin + path } });
  const alone = await stage.call<Accepted>('POST', '/v1/events', callbackTo('/alone'));
  await stage.call('POST', '/v1/events', callbackTo('/released'));
  const [kept] = await deliveriesOf(stage, alone.id);

  await stage.call('POST', `/v1/deliveries/${kept?.id}/retry`);
  await stage.arrived(1);
  const why = await stage.call<List<{ rule: string }>>('GET', `/v1/events/${alone.id}/explain`);
  const counts = await release(stage, first);
  const received = await stage.arrived(2);

  assert.equal(why.data[0]?.rule, 'callback');
  assert.equal(counts.madeCount, 1);
  assert.deepEqual(
    received.map(({ url }) => url),
    ['/alone', '/released'],
  );
});

test('the callback of a held task is told of all its reports, its end last', async () => {
  await using stage = await CallbackStage.open();
  const { first, last } = await longChain(stage);
  const retry = { kind: 'schedule', delaysMs: [20], jitter: 0 };
  const callback = { url: `${stage.origin}/task`, retry };
  const task = { id: 't-1', causationId: last, callback };
  await stage.call('POST', '/v1/tasks', task);
  await stage.call('POST', '/v1/tasks/t-1/progress', { step: 'a', progress: 0.5 });
  await stage.call('POST', '/v1/tasks/t-1/complete', { result: 1 });
  stage.answers.push(500);

  const counts = await release(stage, first);
  const received = await stage.arrived(4);

  assert.equal(counts.madeCount, 3);
  const told = received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  assert.deepEqual(told, ['task.started', 'task.started', 'task.progress', 'task.completed']);
});
