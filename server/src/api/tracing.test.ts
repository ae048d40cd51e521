import assert from 'node:assert/strict';
import test from 'node:test';
import type { EventId, TenantId } from '../core/ids.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const trace = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  flags: 1,
  state: null,
};
const event = { type: 'a.b', data: 1, id: 'e-1' };
const cloudEvent = { specversion: '1.0', id: 'e-1', source: '/s', type: 'a.b' };
const structured = { 'content-type': 'application/cloudevents+json' };
const batched = { 'content-type': 'application/cloudevents-batch+json' };

type Headers = Record<string, string>;
const ways: [how: string, url: string, body: unknown, headers: Headers][] = [
  ['one event', '/v1/events', event, {}],
  ['a batch', '/v1/events/batch', { events: [event] }, {}],
  ['a CloudEvent', '/v1/events', cloudEvent, structured],
  ['a batch of CloudEvents', '/v1/events', [cloudEvent], batched],
];
for (const [how, url, body, headers] of ways) {
  test(`${how} keeps the trace of its request`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url, body, headers: { ...headers, traceparent: parent } });

    assert.equal(answer.statusCode, 202, answer.body);
    assert.deepEqual(await traceOf(api), trace);
  });
}

test('what other systems keep with the trace is kept too', async () => {
  await using api = await openApi();
  const headers = { traceparent: parent, tracestate: 'a=1, b=2' };

  await api.call({ url: '/v1/events', body: event, headers });

  assert.deepEqual(await traceOf(api), { ...trace, state: 'a=1,b=2' });
});

test('a CloudEvent may bring its trace itself, and the request it comes with wins', async () => {
  const own = { ...cloudEvent, traceparent: parent };
  const other = parent.replace(/^00-0a/, '00-0b');

  for (const [headers, traceId] of [
    [structured, trace.traceId],
    [{ ...structured, traceparent: other }, trace.traceId.replace(/^0a/, '0b')],
  ] as const) {
    await using api = await openApi();
    const answer = await api.call({ url: '/v1/events', body: own, headers });

    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal((await traceOf(api))?.traceId, traceId);
  }
});

const ignored: [because: string, headers: Headers][] = [
  ['no traceparent', {}],
  ['a traceparent of no version that there is', { traceparent: parent.replace(/^00/, 'ff') }],
  ['a traceparent that is none', { traceparent: 'nonsense' }],
  ['an empty traceparent', { traceparent: '' }],
  ['two of them in one', { traceparent: `${parent}, ${parent}` }],
  ['a tracestate alone', { tracestate: 'a=1' }],
];
for (const [because, headers] of ignored) {
  test(`an event is accepted without a trace: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url: '/v1/events', body: event, headers });

    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(await traceOf(api), undefined);
  });
}

async function traceOf({ store }: OpenedApi) {
  const id = 'e-1' as EventId;
  const found = await store.finder.event({ tenantId: 'default' as TenantId, id });
  assert.ok(found !== null);
  return found.trace;
}
