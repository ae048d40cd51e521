import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkerOf } from '../server/src/api/checker.ts';
import { outgoingWebhooks } from '../server/src/api/openapi-webhooks.ts';
import { builtInEventSchemas } from '../server/src/api/schemas/alert-event-schema.ts';
import type { Alert } from '../server/src/core/alert/alert.ts';
import { alertTypes } from '../server/src/core/alert/alert.ts';
import type { Death } from '../server/src/core/alert/alert-state.ts';
import { builtInEventTypes } from '../server/src/core/built-in-event-types.ts';
import type { Endpoint } from '../server/src/core/endpoint.ts';
import type { StoredAttempt } from '../server/src/core/attempt.ts';
import type { AttemptId, DeliveryId, EventId, Position } from '../server/src/core/ids.ts';
import { endpointResource, acme, at } from '../server/src/store/contract/sample.ts';
import { alertData } from '../server/src/upkeep/compose-alert.ts';
import { sampleRequest } from './sample-request.ts';

const endpoint: Endpoint = endpointResource({ url: 'https://example.com/hooks' }).value;
const of = { tenantId: acme, endpointId: endpoint.id };
const last = { position: 2 as Position, attemptId: 'att_2' as AttemptId, at: at(9) };
const episode = {
  ...{ position: 1 as Position, firstFailureAt: at(1), failedCount: 5, last, isTold: true },
};
const policy = { failures: 5, windowMs: 600_000 };
const death: Death = {
  ...{ ...of, position: 3 as Position, deliveryId: 'dlv_1' as DeliveryId, attemptCount: 3 },
  ...{ eventId: 'evt_1' as EventId, eventType: 'task.completed', reason: 'expired', at: at(7) },
};
const run = {
  ...{ position: 3 as Position, since: at(1), toldCount: 10, moreCount: 4, lastAt: at(9) },
  reasons: { expired: 3, attempts_exhausted: 1 },
};
const alerts: Alert[] = [
  { ...of, kind: 'failing', episode, policy },
  { ...of, kind: 'recovered', episode, policy, recoveredAt: at(20) },
  { ...of, kind: 'disabled', reason: 'gone', disabledAt: at(20), last },
  { ...of, kind: 'dead', death },
  { ...of, kind: 'more_dead', run },
];
const attempt: StoredAttempt = {
  ...{ id: 'att_2' as AttemptId, tenantId: acme, deliveryId: death.deliveryId, number: 1 },
  ...{ eventId: death.eventId, eventType: death.eventType, endpointId: endpoint.id },
  ...{ startedAt: at(9), latencyMs: 41, status: 'failed', statusCode: 503, error: 'http_503' },
  phases: { queueMs: 5, dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 9, bodyMs: 0.5 },
  request: { url: endpoint.url, headers: [] },
  answer: { headers: [], body: new Uint8Array(), isTruncated: false },
  position: 2 as Position,
};

for (const alert of alerts) {
  for (const seen of [attempt, null]) {
    const told = seen === null ? 'without its attempt' : 'with its attempt';
    test(`the data of an alert of kind ${alert.kind}, ${told}, fits what the document says`, () => {
      const data = alertData(alert, { endpoint, attempt: seen });

      assertFits(alertTypes[alert.kind], data);
    });
  }
}

test('an alert about a callback fits as well, though it has no page', () => {
  const [failing = assert.fail()] = alerts;

  const data = alertData(failing, { endpoint: { ...endpoint, isHidden: true }, attempt });

  assertFits(alertTypes.failing, data);
});

for (const { id, sample } of builtInEventTypes) {
  test(`the sample of ${id} fits its schema`, () => assertFits(id, sample));
}

test('the samples explain a 503 as alerts do', () => {
  const [failing = assert.fail()] = alerts;

  const { lastError } = alertData(failing, { endpoint, attempt });

  const sample = builtInEventTypes[0]?.sample as { lastError: { explanation: unknown } };
  assert.deepEqual(sample.lastError.explanation, lastError?.explanation);
});

const documented = outgoingWebhooks()['delivery']?.['post']?.parameters ?? [];

test('every request has the headers that the document calls required', () => {
  const nothing = { source: null, key: null, entity: null };

  const sent = sampleRequest({}, nothing).headers.map(([name]) => name);

  const required = documented.filter((each) => each.required).map(({ name }) => name);
  assert.deepEqual(sent.filter((name) => name !== 'content-type').toSorted(), required.toSorted());
});

test('no request has a header that the document does not name', () => {
  const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, state: 'vendor=1' };
  const chained = { causationId: 'evt_1', hops: 2 };

  const sent = sampleRequest({}, { trace, ...chained }).headers.map(([name]) => name);

  const names = new Set(['content-type', ...documented.map(({ name }) => name)]);
  assert.deepEqual(
    sent.filter((name) => !names.has(name)),
    [],
  );
  const unsent = [...names].filter((name) => !sent.includes(name));
  const asked = ['posthorn-delivery-id', 'posthorn-ack-token', 'posthorn-replay'];
  assert.deepEqual(unsent, asked);
});

function assertFits(type: string, data: unknown): void {
  const schema = builtInEventSchemas[type] ?? assert.fail(`${type} has no schema`);
  assert.equal(checkerOf(schema)(data), null);
}
