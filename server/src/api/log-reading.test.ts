import assert from 'node:assert/strict';
import test from 'node:test';
import type { EndpointId, TenantId } from '../core/ids.ts';
import { holdAll } from '../store/contract/arrange.ts';
import { failedRecord, neverEnding } from '../store/contract/sample.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Delivery = {
  id: string;
  eventId: string;
  endpointId: string;
  state: string;
  reason: string | null;
};

async function oneDelivery(api: OpenedApi): Promise<Delivery> {
  const body = { url: 'https://example.com/hook', types: ['*'] };
  await api.call({ url: '/v1/endpoints', body });
  await api.call({ url: '/v1/events', raw: '{"id":"e1","type":"a.b","data":{"n": 1.0}}' });
  const { data } = (await api.call({ url: '/v1/deliveries' })).json<{ data: Delivery[] }>();
  const [delivery] = data;
  assert.ok(delivery);
  return delivery;
}

test('a delivery shows its state and is found by event, endpoint and state', async () => {
  await using api = await openApi();
  const delivery = await oneDelivery(api);
  const count = async (query: string) => {
    const answer = await api.call({ url: `/v1/deliveries?${query}` });
    return answer.json<{ data: unknown[] }>().data.length;
  };

  const found = await count(`eventId=e1&endpointId=${delivery.endpointId}&state=pending`);

  assert.deepEqual([delivery.eventId, delivery.state, delivery.reason], ['e1', 'pending', null]);
  assert.deepEqual([found, await count('state=dead'), await count('eventId=e2')], [1, 0, 0]);
});

test('a cancelled delivery cannot be retried; the dispatcher hears of the cancel', async () => {
  await using api = await openApi();
  const { id } = await oneDelivery(api);
  const post = (verb: string) => api.call({ method: 'POST', url: `/v1/deliveries/${id}/${verb}` });

  const cancelled = await post('cancel');
  const retried = await post('retry');

  assert.deepEqual(
    [cancelled.json<Delivery>().state, cancelled.json<Delivery>().reason],
    ['cancelled', 'asked'],
  );
  assert.equal(retried.json<{ code: string }>().code, 'wrong_state');
  assert.match(retried.json<{ detail: string }>().detail, /cancelled/);
  assert.deepEqual(
    api.changes.map((change) => change.is),
    ['changed'],
  );
});

test('a pending delivery can be retried now', async () => {
  await using api = await openApi();
  const { id } = await oneDelivery(api);

  const answer = await api.call({ method: 'POST', url: `/v1/deliveries/${id}/retry` });

  assert.equal(answer.json<Delivery>().state, 'pending');
  assert.equal(api.changes.length, 1);
});

test('a delivery nobody made cannot be retried or cancelled', async () => {
  await using api = await openApi();

  const answer = await api.call({ method: 'POST', url: '/v1/deliveries/dlv_none/retry' });

  assert.equal(answer.statusCode, 404);
});

test('a failed attempt shows what was sent, what came back, the payload and why', async () => {
  await using api = await openApi();
  const { id: deliveryId, endpointId } = await oneDelivery(api);
  const held = (await holdAll(api.store))(endpointId as EndpointId);
  const tenantId = 'default' as TenantId;
  const [pending] = await api.store.queue.loadDue({
    tenantId,
    endpointId: endpointId as EndpointId,
    dueBefore: neverEnding,
    limit: 1,
  });
  assert.ok(pending);
  await api.store.queue.record([failedRecord(pending, held, neverEnding)]);

  const { data } = (await api.call({ url: '/v1/attempts?status=failed' })).json<{
    data: Record<string, unknown>[];
  }>();
  const [summary] = data;
  const shown = await api.call({ url: `/v1/attempts/${String(summary?.['id'])}` });

  const attempt = shown.json<Record<string, unknown> & { explanation: { fix: string } }>();
  const { id: _, createdAt: __, ...rest } = summary ?? {};
  assert.deepEqual(rest, {
    tenantId,
    deliveryId,
    eventId: 'e1',
    endpointId,
    webhookUrl: 'https://receiver.example/hook',
    event: 'task.completed',
    attemptNumber: 1,
    status: 'failed',
    statusCode: 503,
    error: 'http_503',
    latencyMs: 12.5,
  });
  assert.ok(shown.body.endsWith(',"payload":{"n": 1.0}}'), shown.body);
  assert.deepEqual(attempt['response'], {
    statusCode: 503,
    headers: [['content-type', 'text/plain']],
    body: 'ok',
    isTruncated: false,
  });
  assert.equal(attempt['deliveredAt'], null);
  assert.ok(attempt.explanation.fix.length > 0);
});

test('an attempt nobody made is not found', async () => {
  await using api = await openApi();

  const answer = await api.call({ url: '/v1/attempts/att_none' });

  assert.equal(answer.statusCode, 404);
});
