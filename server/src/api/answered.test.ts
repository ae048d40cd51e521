import assert from 'node:assert/strict';
import test from 'node:test';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';
import type { Answered } from './deps.ts';

type Row = [
  because: string,
  ask: Parameters<OpenedApi['call']>[0],
  told: Pick<Answered, 'method' | 'route' | 'status'>,
];

const rows: Row[] = [
  [
    'a success, by its route',
    { url: '/v1/events', body: { type: 'a.b', data: 1 } },
    { method: 'POST', route: '/v1/events', status: 202 },
  ],
  [
    'what is not there, by the pattern and not by the path',
    { url: '/v1/events/evt_secret?x=y' },
    { method: 'GET', route: '/v1/events/{id}', status: 404 },
  ],
  [
    'a caller who is not let in',
    { url: '/v1/events/evt_1', key: null },
    { method: 'GET', route: '/v1/events/{id}', status: 401 },
  ],
  [
    'a body that is not right',
    { url: '/v1/events', raw: '{' },
    { method: 'POST', route: '/v1/events', status: 400 },
  ],
  [
    'a path that is no route',
    { url: '/no/such/secret' },
    { method: 'GET', route: 'none', status: 404 },
  ],
  [
    'a method that a path has not',
    { url: '/v1/events/evt_1', method: 'PUT' },
    { method: 'PUT', route: '/v1/events/{id}', status: 405 },
  ],
];
for (const [because, ask, expected] of rows) {
  test(`an answer is told of once: ${because}`, async () => {
    const told: Answered[] = [];
    await using api = await openApi({ answered: (each) => void told.push(each) });

    const answer = await api.call(ask);

    assert.equal(answer.statusCode, expected.status, answer.body);
    const seen = told.map(({ method, route, status }) => ({ method, route, status }));
    assert.deepEqual(seen, [expected]);
  });
}

test('an answer that failed is told of by the id that it names', async () => {
  const told: Answered[] = [];
  await using api = await openApi({ answered: (each) => void told.push(each) });

  const answer = await api.call({ url: '/v1/events/evt_1' });

  assert.equal(told[0]?.requestId, answer.json<{ requestId: string }>().requestId);
});
