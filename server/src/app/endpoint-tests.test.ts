import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { CallbackStage } from './contract/callback-stage.ts';

type Made = { id: string; secret: string };
type Tried = {
  status: string;
  statusCode: number | null;
  event: string;
  deliveryId: string;
  eventId: string;
  attemptNumber: number;
  payload: unknown;
  explanation: { cause: string; fix: string } | null;
};

async function makeEndpoint(at: CallbackStage, more: object = {}): Promise<Made> {
  return at.call<Made>('POST', '/v1/endpoints', { url: `${at.origin}/in`, types: ['*'], ...more });
}

async function tryIt(at: CallbackStage, { id }: Made, body?: object): Promise<Tried> {
  return at.call<Tried>('POST', `/v1/endpoints/${id}/test`, body);
}

test('a test event arrives signed like any other, and its attempt is the answer', async () => {
  await using at = await CallbackStage.open();
  const endpoint = await makeEndpoint(at);

  const tried = await tryIt(at, endpoint);

  const [received] = await at.arrived(1);
  assert.ok(received);
  const { headers, body } = received;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(endpoint.secret.slice(6), 'base64');
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  assert.equal(headers['webhook-signature'], `v1,${signature}`);
  assert.equal(headers['posthorn-replay'], undefined);
  const { status, statusCode, event, attemptNumber, explanation } = tried;
  assert.deepEqual(
    { status, statusCode, event, attemptNumber, explanation },
    {
      status: 'succeeded',
      statusCode: 200,
      event: 'posthorn.endpoint.test',
      attemptNumber: 1,
      explanation: null,
    },
  );
  const log = await at.call<{ data: { id: string }[] }>('GET', '/v1/attempts');
  assert.equal(log.data.length, 1);
});

test('a test event of a type carries its sample, and reaches no other endpoint', async () => {
  await using at = await CallbackStage.open();
  const [tested] = [await makeEndpoint(at), await makeEndpoint(at)];
  const sample = { id: 'ord_1', total: 7 };
  await at.call('PUT', '/v1/event-types/order.paid', { sample });

  const tried = await tryIt(at, tested, { type: 'order.paid' });

  assert.deepEqual([tried.event, tried.payload], ['order.paid', sample]);
  const deliveries = await at.call<{ data: unknown[] }>('GET', '/v1/deliveries');
  assert.equal(deliveries.data.length, 1);
  assert.equal(at.received.length, 1);
});

test('a test that fails is explained, and leaves no dead letter or open circuit', async () => {
  await using at = await CallbackStage.open();
  const endpoint = await makeEndpoint(at);
  const count = limits.breakerFailures + 1;
  at.answers.push(...Array.from({ length: count }, () => 401));

  const tried: Tried[] = [];
  for (let made = 0; made < count; made += 1) tried.push(await tryIt(at, endpoint));

  assert.ok(tried.every(({ status, statusCode }) => status === 'failed' && statusCode === 401));
  assert.ok(tried.every(({ explanation }) => (explanation?.fix ?? '') !== ''));
  const path = `/v1/deliveries/${tried[0]?.deliveryId}`;
  const delivery = await at.call<{ state: string; attemptCount: number }>('GET', path);
  assert.deepEqual([delivery.state, delivery.attemptCount], ['cancelled', 1]);
  const shown = await at.call<{ circuit: string; status: string }>(
    'GET',
    `/v1/endpoints/${endpoint.id}`,
  );
  assert.deepEqual([shown.circuit, shown.status], ['closed', 'active']);
});

for (const verb of ['pause', 'disable']) {
  test(`an endpoint takes tests after ${verb}, to see whether it may go on`, async () => {
    await using at = await CallbackStage.open();
    const endpoint = await makeEndpoint(at);
    await at.call('POST', `/v1/endpoints/${endpoint.id}/${verb}`);

    const tried = await tryIt(at, endpoint);

    assert.equal(tried.status, 'succeeded');
    assert.equal(at.received.length, 1);
  });
}

test('a receiver that answers 410 to a test is not disabled by it', async () => {
  await using at = await CallbackStage.open();
  const endpoint = await makeEndpoint(at);
  at.answers.push(410);

  await tryIt(at, endpoint);

  const shown = await at.call<{ status: string }>('GET', `/v1/endpoints/${endpoint.id}`);
  assert.equal(shown.status, 'active');
});

test('a test waits no longer than the endpoint itself would', async () => {
  await using at = await CallbackStage.open();
  const endpoint = await makeEndpoint(at, { timeoutMs: limits.attemptMinMs });
  at.answers.push(0);

  const tried = await tryIt(at, endpoint);

  assert.deepEqual([tried.status, tried.statusCode], ['failed', null]);
});

test('an endpoint takes so many tests in a minute, each for itself', async () => {
  await using at = await CallbackStage.open();
  const [one, other] = [await makeEndpoint(at), await makeEndpoint(at)];
  for (let made = 0; made < limits.endpointTests; made += 1) await tryIt(at, one);

  await assert.rejects(tryIt(at, one), /429 .*too_many_tests/);

  assert.equal((await tryIt(at, other)).status, 'succeeded');
});

test('a reserved type that Posthorn does not make is refused', async () => {
  await using at = await CallbackStage.open();
  const endpoint = await makeEndpoint(at);

  await assert.rejects(tryIt(at, endpoint, { type: 'posthorn.mine' }), /422 .*reserved/);

  const events = await at.call<{ data: unknown[] }>('GET', '/v1/events');
  assert.deepEqual(events.data, []);
});

test('no replay makes a test again', async () => {
  await using at = await CallbackStage.open();
  const [tested] = [await makeEndpoint(at), await makeEndpoint(at)];
  await tryIt(at, tested, { type: 'order.paid' });

  const look = await at.call<{ matchedCount: number }>('POST', '/v1/replays', {
    only: 'missing',
    dryRun: true,
  });

  assert.equal(look.matchedCount, 0);
});
