import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

type Report = { kind: string; attemptNumber: number; note: string | null };
type Delivery = {
  id: string;
  state: string;
  reason: string | null;
  awaitingAck: boolean;
  ackBy: string | null;
  attemptCount: number;
};

/** A subscription whose receiver at `/in` reports later, and one event for it. */
async function stage({ withinMs = 60_000, delaysMs = [5, 5] } = {}) {
  const opened = await CallbackStage.open();
  const url = `${opened.origin}/in`;
  const retry = { kind: 'schedule', delaysMs, jitter: 0 };
  const wish = { types: ['job.*'], ack: { withinMs }, retry };
  opened.statuses.set('/in', 202);
  await opened.call('POST', '/v1/endpoints', { url, ...wish });
  await opened.call('POST', '/v1/events', { type: 'job.asked', data: { n: 1 } });
  const [request] = await opened.arrived(1);
  assert.ok(request);
  return { opened, request, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

async function theDelivery(opened: CallbackStage): Promise<Delivery> {
  const { data } = await opened.call<{ data: { id: string }[] }>('GET', '/v1/deliveries');
  return opened.call<Delivery>('GET', `/v1/deliveries/${data[0]?.id}`);
}

async function reportsOf(opened: CallbackStage, id: string): Promise<Report[]> {
  return (await opened.call<{ data: Report[] }>('GET', `/v1/deliveries/${id}/reports`)).data;
}

/** Reads it until it is as expected; what is recorded comes a moment after what is sent. */
async function deliveryOnce(
  opened: CallbackStage,
  isSo: (delivery: Delivery) => boolean,
): Promise<Delivery> {
  for (;;) {
    const delivery = await theDelivery(opened);
    if (isSo(delivery)) return delivery;
  }
}

async function report(
  opened: CallbackStage,
  { id, request, verb }: { id: string; request: Received; verb: string },
  body: object = {},
): Promise<{ status: number; text: string }> {
  const answer = await opened.send('POST', `/v1/deliveries/${id}/${verb}`, {
    headers: {
      authorization: '',
      'content-type': 'application/json',
      'posthorn-ack-token': request.headers['posthorn-ack-token'] ?? '',
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

test('a 202 is not the end: the delivery waits for its receiver, also over a restart', async () => {
  await using staged = await stage();
  const { opened, request } = staged;

  const waiting = await deliveryOnce(opened, ({ awaitingAck }) => awaitingAck);
  await opened.stop();
  await opened.start();
  const said = await report(opened, { id: waiting.id, request, verb: 'ack' }, { note: 'done' });
  const again = await report(opened, { id: waiting.id, request, verb: 'ack' });
  const done = await theDelivery(opened);

  assert.deepEqual([waiting.state, waiting.attemptCount], ['pending', 1]);
  assert.notEqual(waiting.ackBy, null);
  assert.equal(said.status, 200, said.text);
  assert.equal(again.status, 200, again.text);
  assert.deepEqual([done.state, done.awaitingAck, done.attemptCount], ['delivered', false, 1]);
  assert.deepEqual(
    (await reportsOf(opened, done.id)).map(({ kind, attemptNumber, note }) => [
      kind,
      attemptNumber,
      note,
    ]),
    [['ack', 1, 'done']],
  );
});

test('a receiver that says nothing gets it again, until the attempts are spent', async () => {
  await using staged = await stage({ withinMs: 1_000, delaysMs: [5] });
  const { opened } = staged;

  const received = await opened.arrived(2);
  const dead = await deliveryOnce(opened, ({ state }) => state === 'dead');

  assert.notEqual(
    received[0]?.headers['posthorn-ack-token'],
    received[1]?.headers['posthorn-ack-token'],
  );
  assert.deepEqual([dead.reason, dead.attemptCount], ['attempts_exhausted', 2]);
});

test('a late report of an older attempt counts while the delivery is pending', async () => {
  await using staged = await stage({ withinMs: 1_000, delaysMs: [5, 5, 5] });
  const { opened, request } = staged;
  await opened.arrived(2);
  const again = await deliveryOnce(opened, ({ attemptCount }) => attemptCount === 2);

  const said = await report(opened, { id: again.id, request, verb: 'ack' });
  const after = await report(opened, { id: again.id, request, verb: 'fail' });

  assert.equal(said.status, 200, said.text);
  assert.equal((await theDelivery(opened)).state, 'delivered');
  assert.equal(after.status, 409);
  assert.match(after.text, /The delivery is delivered/);
});

test('a failure is tried again by the policy, a final one never', async () => {
  await using staged = await stage();
  const { opened, request } = staged;
  const waiting = await deliveryOnce(opened, ({ awaitingAck }) => awaitingAck);

  await report(opened, { id: waiting.id, request, verb: 'fail' }, { note: 'busy' });
  const [, second] = await opened.arrived(2);
  assert.ok(second);
  const again = await deliveryOnce(opened, ({ attemptCount }) => attemptCount === 2);
  const last = { id: again.id, request: second, verb: 'fail' };
  const said = await report(opened, last, { note: 'no such thing', final: true });
  const dead = await theDelivery(opened);

  assert.equal(said.status, 200, said.text);
  assert.deepEqual([dead.state, dead.reason], ['dead', 'receiver_failed']);
  assert.deepEqual(
    (await reportsOf(opened, dead.id)).map(({ note }) => note),
    ['no such thing', 'busy'],
  );
});

test('progress gives more time, and nobody reports without the token', async () => {
  await using staged = await stage();
  const { opened, request } = staged;
  const waiting = await deliveryOnce(opened, ({ awaitingAck }) => awaitingAck);
  const { id } = waiting;

  const said = await report(opened, { id, request, verb: 'progress' }, { message: '1 of 2' });
  const longer = await theDelivery(opened);
  const forged = { ...request, headers: { 'posthorn-ack-token': 'default.1.1.forged' } };
  const refused = await report(opened, { id, request: forged, verb: 'ack' });
  const { data } = await opened.call<{ data: { id: string }[] }>('GET', '/v1/attempts');
  const attempt = await opened.call<{ request: { headers: [string, string][] } }>(
    'GET',
    `/v1/attempts/${data[0]?.id}`,
  );
  const shown = new Map(attempt.request.headers);

  assert.equal(said.status, 200, said.text);
  assert.ok((longer.ackBy ?? '') > (waiting.ackBy ?? ''));
  assert.equal(refused.status, 401);
  assert.equal(shown.get('posthorn-ack-token'), '***');
});

test('what comes later of the same key waits until it is reported', async () => {
  await using opened = await CallbackStage.open();
  opened.statuses.set('/in', 202);
  const url = `${opened.origin}/in`;
  const wish = { types: ['job.*'], order: 'key', ack: { withinMs: 60_000 } };
  await opened.call('POST', '/v1/endpoints', { url, ...wish });
  const event = { type: 'job.asked', key: 'k' };
  const first = await opened.call<{ id: string }>('POST', '/v1/events', { ...event, data: 1 });
  await opened.call('POST', '/v1/events', { ...event, data: 2 });
  const path = `/v1/deliveries?eventId=${first.id}`;
  const { data } = await opened.call<{ data: { id: string }[] }>('GET', path);
  const [request] = await opened.arrived(1);
  assert.ok(request);
  const before = opened.received.length;

  const said = await report(opened, { id: data[0]?.id ?? '', request, verb: 'ack' });
  const received = await opened.arrived(2);

  assert.equal(said.status, 200, said.text);
  assert.equal(before, 1);
  assert.deepEqual(
    received.map(({ body }) => (JSON.parse(body) as { data: number }).data),
    [1, 2],
  );
});

test('a 200 is the end at once, and so is a 202 where nobody asked to report', async () => {
  await using opened = await CallbackStage.open();
  opened.statuses.set('/plain', 202);
  const plain = { url: `${opened.origin}/plain`, types: ['job.*'] };
  const wishing = { url: `${opened.origin}/ok`, types: ['job.*'], ack: { withinMs: 60_000 } };
  await opened.call('POST', '/v1/endpoints', plain);
  await opened.call('POST', '/v1/endpoints', wishing);

  const answer = await opened.send('POST', '/v1/events', {
    headers: { 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify({ type: 'job.asked', data: {} }),
  });
  const { deliveries } = (await answer.json()) as { deliveries: Delivery[] };

  assert.deepEqual(
    deliveries.map(({ state }) => state),
    ['delivered', 'delivered'],
  );
});
