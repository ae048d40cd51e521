import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryId, EventId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';
import { waitWish } from './wait-wish.ts';

type Waited = {
  id: string;
  isComplete: boolean;
  deliveries: { id: string; state: string; reason: string | null }[];
};

const wishes: [because: string, header: string, seconds: number | null][] = [
  ['a number of seconds', 'wait=10', 10],
  ['in quotes', 'wait="7"', 7],
  ['beside others', 'respond-async, wait = 3; x=1', 3],
  ['in capitals', 'Wait=3', 3],
  ['the first counts', 'wait=2, wait=9', 2],
  ['past the limit it is the limit', 'wait=3600', limits.waitMs / 1_000],
  ['nothing to wait for', 'wait=0', null],
  ['no number', 'wait=soon', null],
  ['no value', 'wait', null],
  ['below zero', 'wait=-1', null],
  ['another preference', 'return=minimal', null],
];
for (const [because, header, seconds] of wishes) {
  test(`Prefer: ${header} asks for ${seconds}: ${because}`, () => {
    assert.equal(waitWish(header), seconds);
  });
}

async function publish(api: OpenedApi, prefer: string) {
  return api.call({
    url: '/v1/events',
    body: { type: 'task.completed', data: 1, id: 'e-1' },
    headers: { prefer },
  });
}

async function want(api: OpenedApi): Promise<void> {
  const body = { url: 'https://example.com/a', types: ['*'] };
  assert.equal((await api.call({ url: '/v1/endpoints', body })).statusCode, 201);
}

/** Turns the event loop until somebody waits. */
async function untilWaited(api: OpenedApi): Promise<DeliveryId[]> {
  for (let turns = 0; turns < 10_000; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const { rows } = await api.store.finder.deliveries(
      { tenantId: null },
      { before: null, limit: 9 },
    );
    if (rows.length > 0 && api.waits.count > 0) return rows.map(({ id }) => id);
  }
  return assert.fail('nobody waits');
}

test('an event that nobody wants has ended at once', async () => {
  await using api = await openApi();

  const answer = await publish(api, 'wait=10');

  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.headers['preference-applied'], 'wait=10');
  const expected = { id: 'e-1', duplicate: false, deliveryCount: 0 };
  assert.deepEqual(answer.json(), { ...expected, isComplete: true, deliveries: [] });
});

test('the answer comes when the last delivery ends, with how each stands', async () => {
  await using api = await openApi();
  await want(api);
  await want(api);

  const answering = publish(api, 'wait=10');
  const ids = await untilWaited(api);
  for (const id of ids) {
    await api.call({ method: 'POST', url: `/v1/deliveries/${id}/cancel` });
    api.waits.ended('e-1' as EventId);
  }
  const answer = await answering;

  assert.equal(answer.statusCode, 200);
  const { isComplete, deliveries } = answer.json<Waited>();
  assert.equal(isComplete, true);
  assert.deepEqual(
    deliveries.map(({ id, state, reason }) => [id, state, reason]),
    ids.toReversed().map((id) => [id, 'cancelled', 'asked']),
  );
});

test('what ended elsewhere is found without a hint', async () => {
  await using api = await openApi();
  await want(api);

  const answering = publish(api, 'wait=10');
  const [id] = await untilWaited(api);
  await api.call({ method: 'POST', url: `/v1/deliveries/${id}/cancel` });
  api.wait(limits.waitPollMs);

  assert.equal((await answering).json<Waited>().isComplete, true);
});

test('when the time is over the answer says what is still owed', async () => {
  await using api = await openApi();
  await want(api);

  const answering = publish(api, 'wait=2');
  await untilWaited(api);
  api.wait(2_000);
  const answer = await answering;

  const { isComplete, deliveries } = answer.json<Waited>();
  assert.deepEqual([answer.statusCode, isComplete], [200, false]);
  assert.deepEqual(
    deliveries.map(({ state }) => state),
    ['pending'],
  );
  assert.equal(api.waits.count, 0);
});

test('whoever waits is released when the server goes down', async () => {
  await using api = await openApi();
  await want(api);

  const answering = publish(api, 'wait=30');
  await untilWaited(api);
  await api.app.close();

  const answer = await answering;
  assert.deepEqual([answer.statusCode, answer.json<Waited>().isComplete], [200, false]);
});

test('when too many wait, one more is answered as if it had not asked', async () => {
  await using api = await openApi();
  await want(api);
  const query = { tenantId: 'default' as never, eventId: 'e-1' as EventId, waitMs: 30_000 };
  await api.call({ url: '/v1/events', body: { type: 'a', data: 1, id: 'e-1' } });
  const waiting = Array.from({ length: limits.waiters }, () => api.waits.wait(query));

  const answer = await publish(api, 'wait=10');
  api.waits.release();

  assert.equal(answer.statusCode, 202);
  assert.equal(answer.headers['preference-applied'], undefined);
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['time_over']));
});
