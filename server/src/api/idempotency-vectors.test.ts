import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Ingest } from '../ingest/new-event.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Vector = {
  name: string;
  headers: Record<string, string>;
  prior: { state: 'done' | 'running'; fingerprint: 'same' | 'different' } | null;
  expect: 'valid' | 'invalid';
  reply: string | number;
};

const file = new URL('../../../testdata/vectors/idempotency-key.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };

/** Posthorn never requires a key: without one, a request is a new one each time. */
const otherwise: Record<string, number> = { 'missing-where-required': 202 };

const task = { type: 'task.completed', data: 1 };
const batch = { events: [task, { ...task, id: 'own' }] };
const bodies: [path: string, body: unknown, other: unknown][] = [
  ['/v1/events', task, { ...task, data: 2 }],
  ['/v1/events/batch', batch, { events: [task] }],
];

for (const [path, body, otherBody] of bodies) {
  for (const { name, headers, prior, expect, reply } of cases) {
    test(`POST ${path}, ${name}: ${reply}`, async () => {
      const gate = Promise.withResolvers<void>();
      await using api = await openApi(prior?.state === 'running' ? { ingest: slow(gate) } : {});
      const before = prior === null ? null : api.call({ url: path, body, headers });
      if (prior?.state === 'done') await before;
      const sent = prior?.fingerprint === 'different' ? otherBody : body;

      const answer = await api.call({ url: path, body: sent, headers });
      gate.resolve();
      const first = await before;

      const expected = otherwise[name] ?? (expect === 'valid' ? 202 : reply);
      assert.equal(answer.statusCode, expected, answer.body);
      const isReplay = prior !== null && expect === 'valid';
      assert.equal(answer.headers['idempotency-replayed'], isReplay ? 'true' : undefined);
      if (isReplay) assert.equal(answer.body, first?.body);
      if (answer.statusCode === 409) assert.equal(answer.headers['retry-after'], '1');
    });
  }
}

function slow(gate: PromiseWithResolvers<void>): Ingest {
  return {
    accept: async (_tenantId, events) => {
      await gate.promise;
      return events.map(() => ({ is: 'failed', code: 'overloaded', detail: null }));
    },
  };
}

async function deadOrPending(api: OpenedApi): Promise<string> {
  await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });
  await api.call({ url: '/v1/events', body: task });
  const list = await api.call({ url: '/v1/deliveries' });
  return list.json<{ data: { id: string }[] }>().data[0]?.id ?? '';
}

for (const [verb, state] of [
  ['retry', 'pending'],
  ['cancel', 'cancelled'],
] as const) {
  test(`a ${verb} under an idempotency key is made once and answered twice`, async () => {
    await using api = await openApi();
    const url = `/v1/deliveries/${await deadOrPending(api)}/${verb}`;
    const request = { method: 'POST', url, headers: { 'idempotency-key': 'k' } } as const;

    const first = await api.call(request);
    api.wait(1_000);
    const again = await api.call(request);

    assert.equal(first.statusCode, 200, first.body);
    assert.equal(first.json<{ state: string }>().state, state);
    assert.deepEqual([again.statusCode, again.body], [200, first.body]);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.equal(api.changes.length, 1);
    const shown = await api.call({ url: url.slice(0, url.lastIndexOf('/')) });
    assert.deepEqual(shown.json(), first.json());
  });
}

test('a batch that broke off before its answer was kept is not published twice', async () => {
  await using api = await openApi();
  const { catalogue } = api.store;
  const request = { url: '/v1/events/batch', body: batch, headers: { 'idempotency-key': 'k' } };
  const change = catalogue.change.bind(catalogue);
  catalogue.change = () => Promise.reject(new Error('the power went'));

  const broken = await api.call(request);
  catalogue.change = change;
  const again = await api.call(request);

  assert.equal(broken.statusCode, 500);
  const { results } = again.json<{ results: { duplicate: boolean; sameContent: boolean }[] }>();
  assert.deepEqual(
    results.map(({ duplicate, sameContent }) => [duplicate, sameContent]),
    [
      [true, true],
      [true, true],
    ],
  );
  const events = await api.call({ url: '/v1/events' });
  assert.equal(events.json<{ data: unknown[] }>().data.length, 2);
});

test('a batch of which an element may fare better later keeps no answer', async () => {
  let isFull = true;
  const accepted: Ingest = {
    accept: async (_tenantId, events) =>
      events.map((event, index) =>
        isFull && index === 1
          ? { is: 'failed', code: 'disk_full', detail: null }
          : {
              is: 'accepted',
              id: event.id ?? ('' as never),
              deliveryCount: 0,
              callbackSignedWith: null,
            },
      ),
  };
  await using api = await openApi({ ingest: accepted });
  const request = { url: '/v1/events/batch', body: batch, headers: { 'idempotency-key': 'k' } };

  const first = (await api.call(request)).json<{ results: { id?: string }[] }>();
  isFull = false;
  const again = await api.call(request);

  assert.equal(again.headers['idempotency-replayed'], undefined);
  const { results, acceptedCount } = again.json<typeof first & { acceptedCount: number }>();
  assert.equal(acceptedCount, 2);
  assert.equal(results[0]?.id, first.results[0]?.id);
});
