import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { CallbackStage } from './contract/callback-stage.ts';

const secret = `whsec_${Buffer.from('a secret of the callback alone.').toString('base64')}`;
const at = { type: 'task.completed', data: { tokens: 7 } };

type Accepted = {
  id: string;
  deliveryCount: number;
  callback?: { signedWith: 'callback' | 'tenant' };
};
type Delivery = {
  id: string;
  endpointId: string;
  subscriptionId: string | null;
  webhookUrl: string;
  state: string;
  attemptCount: number;
};
type List<Row> = { data: Row[] };

async function tenantsSecret(stage: CallbackStage): Promise<string> {
  const path = '/v1/tenants/default/callback-secret';
  return (await stage.call<{ secret: string }>('GET', path)).secret;
}

async function deliveriesOf(stage: CallbackStage, { id }: Accepted): Promise<Delivery[]> {
  return (await stage.call<List<Delivery>>('GET', `/v1/deliveries?eventId=${id}`)).data;
}

test('a callback is signed with its own secret, or else with that of the tenant', async () => {
  await using stage = await CallbackStage.open();
  const url = `${stage.origin}/own?n=1`;
  const headers = { 'x-job': 'j-1' };

  const own = await stage.call<Accepted>('POST', '/v1/events', {
    ...at,
    callback: { url, secret, headers },
  });
  const [first] = await stage.arrived(1);
  const tenants = await stage.call<Accepted>('POST', '/v1/events', {
    ...at,
    callback: { url: `${stage.origin}/tenants` },
  });
  const [, second] = await stage.arrived(2);

  assert.ok(first && second);
  assert.deepEqual([own.callback, own.deliveryCount], [{ signedWith: 'callback' }, 1]);
  assert.deepEqual(tenants.callback, { signedWith: 'tenant' });
  assert.deepEqual([first.url, first.headers['x-job']], ['/own?n=1', 'j-1']);
  assert.equal(first.headers['webhook-id'], own.id);
  assert.deepEqual(new Webhook(secret).verify(first.body, first.headers), JSON.parse(first.body));
  assert.deepEqual([second.url, second.headers['x-job']], ['/tenants', undefined]);
  assert.ok(new Webhook(await tenantsSecret(stage)).verify(second.body, second.headers));
  assert.throws(() => new Webhook(secret).verify(second.body, second.headers));
});

test('a callback goes besides the subscriptions, and only for types that it names', async () => {
  await using stage = await CallbackStage.open();
  await stage.call('POST', '/v1/endpoints', { url: `${stage.origin}/all`, types: ['*'] });
  const callback = { url: `${stage.origin}/done`, types: ['task.completed', 'order.*'] };

  const other = await stage.call<Accepted>('POST', '/v1/events', {
    ...at,
    type: 'task.started',
    callback,
  });
  await stage.arrived(1);
  const wanted = await stage.call<Accepted>('POST', '/v1/events', { ...at, callback });
  const received = await stage.arrived(3);

  assert.deepEqual([other.deliveryCount, other.callback], [1, undefined]);
  assert.deepEqual([wanted.deliveryCount, wanted.callback], [2, { signedWith: 'tenant' }]);
  const urls = received.map(({ url }) => url);
  assert.deepEqual([urls[0], ...urls.slice(1).toSorted()], ['/all', '/all', '/done']);
});

test('a callback that fails is tried again by its own policy', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(503, 503);
  const retry = { kind: 'schedule', delaysMs: [10, 10], jitter: 0 };

  await stage.call('POST', '/v1/events', { ...at, callback: { url: stage.origin, secret, retry } });
  const received = await stage.arrived(3);

  assert.deepEqual(
    received.map(({ headers }) => headers['posthorn-attempt']),
    ['1', '2', '3'],
  );
  for (const { body, headers } of received) assert.ok(new Webhook(secret).verify(body, headers));
});

test('callbacks of one origin share a hidden lane, and the log names their URLs', async () => {
  await using stage = await CallbackStage.open();
  const urls = [`${stage.origin}/a`, `${stage.origin}/b?x=1`];

  const accepted = await Promise.all(
    urls.map((url) => stage.call<Accepted>('POST', '/v1/events', { ...at, callback: { url } })),
  );
  await stage.arrived(2);
  const deliveries = await Promise.all(accepted.map((each) => deliveriesOf(stage, each)));
  const endpoints = await stage.call<List<unknown>>('GET', '/v1/endpoints');
  await stage.stop();
  await stage.start();
  const attempts = await stage.call<List<Delivery>>('GET', '/v1/attempts');

  const all = deliveries.flat();
  const shown = [urls[0], `${stage.origin}/b?x=••••`];
  assert.deepEqual(
    all.map(({ webhookUrl }) => webhookUrl),
    shown,
  );
  assert.equal(new Set(all.map(({ endpointId }) => endpointId)).size, 1);
  assert.deepEqual(
    all.map(({ subscriptionId }) => subscriptionId),
    [null, null],
  );
  assert.deepEqual(endpoints.data, []);
  assert.deepEqual(attempts.data.map(({ webhookUrl }) => webhookUrl).toSorted(), shown);
});

test('a callback that is gone ends alone: the next one to its origin still arrives', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(410);
  const callback = { url: `${stage.origin}/gone` };

  const gone = await stage.call<Accepted>('POST', '/v1/events', { ...at, callback });
  await stage.arrived(1);
  await stage.call('POST', '/v1/events', { ...at, callback: { url: `${stage.origin}/next` } });
  const received = await stage.arrived(2);
  // Stopping waits for the records.
  await stage.stop();
  await stage.start();

  assert.equal(received[1]?.url, '/next');
  assert.equal((await deliveriesOf(stage, gone))[0]?.state, 'dead');
});

test('after a restart a callback goes to its URL with its secret, kept encrypted', async () => {
  await using stage = await CallbackStage.open();
  stage.answers.push(0);
  const token = 'planted-token-in-the-url';
  const headers = { 'x-token': 'planted-header-value' };
  const callback = { url: `${stage.origin}/later?token=${token}`, secret, headers };
  await stage.call('POST', '/v1/events', { ...at, callback });
  const tenants = await tenantsSecret(stage);
  await stage.arrived(1);

  await stage.stop();
  const disk = await stage.disk();
  await stage.start();
  const [, again] = await stage.arrived(2);

  assert.ok(again);
  assert.equal(again.url, `/later?token=${token}`);
  assert.equal(again.headers['x-token'], headers['x-token']);
  assert.ok(new Webhook(secret).verify(again.body, again.headers));
  assert.equal(await tenantsSecret(stage), tenants);
  assert.ok(disk.includes('task.completed'), 'the database was read');
  for (const planted of [secret, tenants, headers['x-token']]) {
    assert.equal(disk.includes(planted), false, `${planted} lies open`);
  }
});
