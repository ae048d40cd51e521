import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Routing = {
  endpointId: string;
  matched: boolean;
  rule: string;
  deliveries: { state: string; subscriptionId: string | null }[];
  subscriptions: {
    id: string;
    matched: boolean;
    rule: string;
    says: string;
    value: string | null;
  }[];
};

async function endpoint(api: OpenedApi, wishes: object): Promise<string> {
  const body = { url: 'https://example.com/a', ...wishes };
  const made = await api.call({ url: '/v1/endpoints', body });
  assert.equal(made.statusCode, 201, made.body);
  api.wait(1);
  return made.json<{ id: string }>().id;
}

async function publish(api: OpenedApi, parts: object = {}): Promise<void> {
  const event = { id: 'e-1', type: 'contact.updated', data: { age: 17 }, ...parts };
  assert.equal((await api.call({ url: '/v1/events', body: event })).statusCode, 202);
  api.wait(1);
}

async function explain(api: OpenedApi, query = ''): Promise<Routing[]> {
  const answer = await api.call({ url: `/v1/events/e-1/explain${query}` });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ data: Routing[] }>().data;
}

const refusals: [because: string, wishes: object, rule: string, value: string | null][] = [
  ['another type', { types: ['task.*'] }, 'type', 'contact.updated'],
  [
    'another entity',
    { types: ['*'], entity: { type: 'contact', id: 'c-8' } },
    'entity',
    'contact/c-7',
  ],
  ['a filter that says no', { types: ['*'], filter: 'data.age >= 18' }, 'filter', '17'],
  ['a filter that fails', { types: ['*'], filter: 'data.phone == "1"' }, 'filter', null],
];
for (const [because, wishes, rule, value] of refusals) {
  test(`an endpoint that got nothing is told the rule and the value: ${because}`, async () => {
    await using api = await openApi();
    await endpoint(api, wishes);
    await publish(api, { entity: { type: 'contact', id: 'c-7' } });

    const [routing] = await explain(api);

    assert.deepEqual([routing?.matched, routing?.rule], [false, 'no_match']);
    const [subscription] = routing?.subscriptions ?? [];
    assert.deepEqual(
      [subscription?.matched, subscription?.rule, subscription?.value],
      [false, rule, value],
    );
  });
}

test('an endpoint that got it names the subscription, and the one that came too late', async () => {
  await using api = await openApi();
  const id = await endpoint(api, { types: ['contact.*'] });
  await api.call({ url: '/v1/subscriptions', body: { endpointId: id, types: ['*'] } });
  api.wait(1);
  await publish(api);
  await api.call({ url: '/v1/subscriptions', body: { endpointId: id, types: ['*'] } });

  const [routing] = await explain(api);

  assert.deepEqual([routing?.matched, routing?.rule], [true, 'matched']);
  assert.deepEqual(
    routing?.subscriptions.map(({ rule }) => rule),
    ['matched', 'older_took_it', 'made_later'],
  );
  const [delivery] = routing?.deliveries ?? [];
  assert.deepEqual(
    [delivery?.state, delivery?.subscriptionId],
    ['pending', routing?.subscriptions[0]?.id],
  );
});

const states: [because: string, set: (api: OpenedApi) => Promise<void>, rule: string][] = [
  [
    'it had no subscription',
    async (api) => {
      await endpoint(api, {});
      await publish(api);
    },
    'no_subscription',
  ],
  [
    'it was made after the event',
    async (api) => {
      await publish(api);
      await endpoint(api, { types: ['*'] });
    },
    'endpoint_made_later',
  ],
  [
    'it was disabled',
    async (api) => {
      const id = await endpoint(api, { types: ['*'] });
      const disabled = await api.call({ url: `/v1/endpoints/${id}/disable`, method: 'POST' });
      assert.equal(disabled.statusCode, 200, disabled.body);
      await publish(api);
    },
    'endpoint_disabled',
  ],
  [
    'it was deleted',
    async (api) => {
      const id = await endpoint(api, { types: ['*'] });
      await api.call({ url: `/v1/endpoints/${id}`, method: 'DELETE' });
      await publish(api);
    },
    'endpoint_deleted',
  ],
  [
    'its filter was changed since',
    async (api) => {
      const id = await endpoint(api, { types: ['*'], filter: 'data.age > 18' });
      await publish(api);
      const list = await api.call({ url: `/v1/subscriptions?endpointId=${id}` });
      const [first] = list.json<{ data: { id: string }[] }>().data;
      const url = `/v1/subscriptions/${first?.id}`;
      await api.call({ method: 'PATCH', url, body: { filter: null } });
    },
    'changed_since',
  ],
];
for (const [because, set, rule] of states) {
  test(`${rule}: ${because}`, async () => {
    await using api = await openApi();
    await set(api);

    const routings = await explain(api);

    assert.deepEqual(
      routings.map((each) => [each.rule, each.matched]),
      [[rule, false]],
    );
  });
}

test('a callback is explained beside the endpoints, those of other events are not', async () => {
  await using api = await openApi();
  const callback = { url: 'https://example.com/callback' };
  await publish(api, { callback });
  await publish(api, { id: 'e-2', callback: { url: 'https://example.org/other' } });

  const routings = await explain(api);

  assert.deepEqual(
    routings.map(({ rule }) => rule),
    ['callback'],
  );
});

test('without its data an event leaves filters unjudged', async () => {
  await using api = await openApi();
  await endpoint(api, { types: ['*'], filter: 'data.age >= 18' });
  await publish(api);
  await api.call({ method: 'DELETE', url: '/v1/events/e-1/data' });

  const [routing] = await explain(api);

  assert.equal(routing?.subscriptions[0]?.rule, 'data_erased');
});

test('of many subscriptions the one that took the event is judged', async () => {
  await using api = await openApi();
  const endpointId = await endpoint(api, { types: ['other.*'] });
  const entities = Array.from({ length: limits.explainSubscriptions + 1 }, (_, id) => `c-${id}`);
  for (const id of entities) {
    const body = { endpointId, types: ['*'], entity: { type: 'contact', id } };
    const made = await api.call({ url: '/v1/subscriptions', body });
    assert.equal(made.statusCode, 201, made.body);
  }
  api.wait(1);
  await publish(api, { entity: { type: 'contact', id: entities.at(-1) } });

  const [routing] = await explain(api);

  const matched = routing?.subscriptions.filter((each) => each.matched) ?? [];
  assert.equal(routing?.rule, 'matched');
  assert.deepEqual(
    matched.map(({ id }) => id),
    routing.deliveries.map(({ subscriptionId }) => subscriptionId),
  );
});

test('of many subscriptions one that would take the event now is judged', async () => {
  await using api = await openApi();
  const endpointId = await endpoint(api, { types: ['other.*'] });
  for (let count = 0; count <= limits.explainSubscriptions; count += 1) {
    const body = { endpointId, types: [`other.${count}`] };
    const made = await api.call({ url: '/v1/subscriptions', body });
    assert.equal(made.statusCode, 201, made.body);
  }
  const body = { endpointId, types: ['nothing'] };
  const { id } = (await api.call({ url: '/v1/subscriptions', body })).json<{ id: string }>();
  api.wait(1);
  await publish(api);
  const types = ['contact.*'];
  await api.call({ method: 'PATCH', url: `/v1/subscriptions/${id}`, body: { types } });

  const [routing] = await explain(api);

  assert.equal(routing?.rule, 'changed_since');
  assert.deepEqual(routing.subscriptions[0], {
    ...{ id, matched: true, rule: 'matched', says: 'Its types match.', value: null },
  });
});

test('many endpoints are explained page by page', async () => {
  await using api = await openApi();
  const ids = [];
  for (let count = 0; count < 5; count += 1) ids.push(await endpoint(api, { types: ['*'] }));
  await publish(api);

  const seen: string[] = [];
  let query = '?limit=2';
  for (let pages = 0; pages < 3; pages += 1) {
    const answer = await api.call({ url: `/v1/events/e-1/explain${query}` });
    const page = answer.json<{ data: Routing[]; nextCursor: string | null }>();
    seen.push(...page.data.map(({ endpointId }) => endpointId));
    query = `?limit=2&cursor=${page.nextCursor}`;
  }

  assert.deepEqual(seen, ids.toReversed());
});

test('an event of another tenant is not explained', async () => {
  await using api = await openApi();
  await publish(api);
  await api.call({ method: 'PUT', url: '/v1/tenants/acme', body: {} });

  const answer = await api.call({ url: '/v1/events/e-1/explain', tenant: 'acme' });

  assert.equal(answer.statusCode, 404);
});
