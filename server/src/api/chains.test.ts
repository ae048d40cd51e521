import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Accepted = { id: string; deliveryCount: number; held?: boolean; reason?: string };
type Event = { id: string; hops: number; correlationId: string; causationId: string | null };
type Chain = {
  held: boolean;
  heldCount: number;
  busyAt: string | null;
  data: { id: string; hops: number; held: boolean; deliveries: Record<string, number> }[];
  tasks: { id: string; state: string }[];
  nextCursor: string | null;
};
type List = { data: { id: string; type: string }[] };

async function publish(api: OpenedApi, parts: object = {}): Promise<Accepted> {
  const answer = await api.call({ url: '/v1/events', body: { type: 'a.b', data: 1, ...parts } });
  assert.equal(answer.statusCode, 202, answer.body);
  return answer.json<Accepted>();
}

/** Publishes a chain of events, each caused by the one before; answers them from the first on. */
async function chainOf(api: OpenedApi, count: number): Promise<Accepted[]> {
  const all: Accepted[] = [];
  for (let n = 0; n < count; n += 1) {
    const causationId = all.at(-1)?.id;
    all.push(await publish(api, causationId === undefined ? {} : { causationId }));
  }
  return all;
}

async function read<Answer>(api: OpenedApi, url: string): Promise<Answer> {
  const answer = await api.call({ url });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Answer>();
}

async function alerts(api: OpenedApi, kind: string): Promise<List['data']> {
  return (await read<List>(api, `/v1/events?type=posthorn.chain.${kind}`)).data;
}

test('hops and correlation are those of the cause, whatever the publisher says', async () => {
  await using api = await openApi();
  const first = await publish(api);

  const second = await publish(api, { causationId: first.id, correlationId: 'mine' });

  const event = await read<Event>(api, `/v1/events/${second.id}`);
  assert.deepEqual([event.hops, event.correlationId, event.causationId], [1, first.id, first.id]);
});

test('a cause that nobody knows is kept, and begins a chain', async () => {
  await using api = await openApi();

  const { id } = await publish(api, { causationId: 'evt_unknown', correlationId: 'mine' });

  const event = await read<Event>(api, `/v1/events/${id}`);
  assert.deepEqual([event.hops, event.correlationId], [0, 'mine']);
  assert.equal(event.causationId, 'evt_unknown');
});

test('an event may be caused by one before it in the same batch', async () => {
  await using api = await openApi();
  const event = { type: 'a.b', data: 1 };
  const events = [
    { ...event, id: 'one' },
    { ...event, id: 'two', causationId: 'one' },
  ];

  await api.call({ url: '/v1/events/batch', body: { events } });

  const two = await read<Event>(api, '/v1/events/two');
  assert.deepEqual([two.hops, two.correlationId], [1, 'one']);
});

test('a look at an event that would be held says so, and holds nothing', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });
  const all = await chainOf(api, 17);
  const body = { type: 'a.b', data: 1, causationId: all.at(-1)?.id };

  const look = await api.call({ url: '/v1/events?dryRun=true', body });

  const { wouldDeliver } = look.json<{ wouldDeliver: { held: string | null }[] }>();
  assert.deepEqual(
    wouldDeliver.map(({ held }) => held),
    ['chain'],
  );
  assert.deepEqual(await alerts(api, 'held'), []);
});

test('a chain of CloudEvents is a chain too', async () => {
  await using api = await openApi();
  const first = await publish(api);
  const headers = {
    'content-type': 'application/json',
    ...{ 'ce-specversion': '1.0', 'ce-id': 'c-1', 'ce-source': '/agent', 'ce-type': 'a.b' },
    'ce-causationid': first.id,
  };

  const answer = await api.call({ url: '/v1/events', raw: '{}', headers });

  const { id } = answer.json<Accepted>();
  const event = await read<Event>(api, `/v1/events/${id}`);
  assert.deepEqual([event.hops, event.correlationId], [1, first.id]);
});

test('hop 17 is accepted, held and told of once, and hop 18 of the same with it', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });

  const all = await chainOf(api, 19);

  assert.deepEqual(all[16], { id: all[16]?.id, duplicate: false, deliveryCount: 1 });
  for (const each of all.slice(17)) {
    assert.deepEqual([each.held, each.reason, each.deliveryCount], [true, 'hops', 0]);
  }
  assert.equal((await alerts(api, 'held')).length, 1);
  const chain = await read<Chain>(api, `/v1/chains/${all[0]?.id}?limit=2`);
  assert.deepEqual([chain.held, chain.heldCount, chain.data.length], [true, 2, 2]);
  const next = await read<Chain>(api, `/v1/chains/${all[0]?.id}?cursor=${chain.nextCursor}`);
  assert.deepEqual([next.data.length, next.data[0]?.hops, next.data[0]?.held], [17, 16, false]);
  assert.equal(next.data[0]?.deliveries['pending'], 1);
});

test('the operator’s contact is told of a chain of any tenant, each in its own', async () => {
  await using api = await openApi();
  for (const id of ['acme', 'ops']) await api.call({ url: '/v1/tenants', body: { id } });
  const target = { url: 'https://example.com/ops', types: ['nothing.else'] };
  const made = await api.call({ url: '/v1/endpoints', tenant: 'ops', body: target });
  const { id: endpointId } = made.json<{ id: string }>();
  const contacts = [{ endpointId }];
  const asked = { method: 'PATCH', url: '/v1/alert-defaults', body: { contacts } } as const;
  assert.equal((await api.call(asked)).statusCode, 200);
  let causationId: string | undefined;
  for (let hop = 0; hop <= 17; hop += 1) {
    const body = { type: 'a.b', data: 1, ...(causationId === undefined ? {} : { causationId }) };
    const answer = await api.call({ url: '/v1/events', tenant: 'acme', body });
    causationId = answer.json<Accepted>().id;
  }

  const own = await api.call({ url: '/v1/events?type=posthorn.chain.held', tenant: 'acme' });
  const copy = await api.call({ url: '/v1/deliveries', tenant: 'ops' });

  assert.equal(own.json<List>().data.length, 1);
  assert.deepEqual(
    copy.json<{ data: { endpointId: string }[] }>().data.map((each) => each.endpointId),
    [endpointId],
  );
});

test('a release tells of a replay, is one under its key, and lets the chain go on', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });
  const all = await chainOf(api, 19);
  const url = `/v1/chains/${all[0]?.id}/release`;
  const request = { method: 'POST', url, headers: { 'idempotency-key': 'k' } } as const;

  const first = await api.call(request);
  const again = await api.call(request);
  const third = await api.call({ method: 'POST', url });

  const { replayId, ...released } = first.json<Record<string, unknown>>();
  assert.deepEqual(
    [released['released'], released['held'], released['allowedHops']],
    [true, false, 34],
  );
  assert.deepEqual([again.body, again.headers['idempotency-replayed']], [first.body, 'true']);
  assert.deepEqual(third.json<{ replayId: null }>().replayId, null);
  const job = await read<{ only: string; state: string }>(api, `/v1/replays/${String(replayId)}`);
  assert.deepEqual([job.only, job.state], ['missing', 'running']);
  assert.equal((await alerts(api, 'released')).length, 1);
  const onwards = await publish(api, { causationId: all.at(-1)?.id });
  assert.deepEqual([onwards.held, onwards.deliveryCount], [undefined, 1]);
});

test('why a callback is held is said beside its subscribers, and what is left after', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });
  const all = await chainOf(api, 17);
  const callback = { url: 'https://example.com/done' };
  const { id } = await publish(api, { causationId: all.at(-1)?.id, callback });
  const why = `/v1/events/${id}/explain`;
  type Routings = { data: { rule: string; says: string; deliveries: { reason: string }[] }[] };

  const during = await read<Routings>(api, why);
  await api.call({ method: 'POST', url: `/v1/chains/${all[0]?.id}/release` });
  const after = await read<Routings>(api, why);

  assert.deepEqual(
    during.data.map(({ rule, deliveries }) => [rule, deliveries.map(({ reason }) => reason)]),
    [
      ['held', ['held']],
      ['held', []],
    ],
  );
  // No replay runs here: the callback is as one that the replay left out.
  assert.deepEqual([after.data[0]?.rule, after.data[1]?.rule], ['held', 'changed_since']);
  assert.match(after.data[0]?.says ?? '', /deliveries\/\{id\}\/retry/);
});

test('what is held in the moment of a release is not missed by it', async () => {
  await using api = await openApi();
  await api.call({ url: '/v1/endpoints', body: { url: 'https://example.com/a', types: ['*'] } });
  const all = await chainOf(api, 18);
  const accept = api.store.queue.accept.bind(api.store.queue);
  const url = `/v1/chains/${all[0]?.id}/release`;
  // The release comes between the plan of the event and its commit.
  api.store.queue.accept = async (events) => {
    api.store.queue.accept = accept;
    const released = await api.call({ method: 'POST', url });
    assert.equal(released.statusCode, 200, released.body);
    return accept(events);
  };

  const caught = await publish(api, { causationId: all.at(-1)?.id });

  assert.deepEqual([caught.held, caught.deliveryCount], [undefined, 1]);
});

test('a chain that swells is told of once an hour, progress not counted', async () => {
  await using api = await openApi();
  const count = limits.chainEventsPerHour + limits.chainLookEvery;
  const many = (type: string) =>
    Array.from({ length: 100 }, () => ({ type, data: 1, correlationId: 'swells' }));
  const publishMany = async (type: string, times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) {
      const answer = await api.call({ url: '/v1/events/batch', body: { events: many(type) } });
      assert.equal(answer.json<{ rejectedCount: number }>().rejectedCount, 0, answer.body);
    }
    await api.settled();
  };

  await publishMany('task.progress', count / 100);
  const none = await alerts(api, 'busy');
  await publishMany('a.b', count / 100);
  const one = await alerts(api, 'busy');
  await publishMany('a.b', 2);
  const still = await alerts(api, 'busy');
  api.wait(limits.chainHourMs + 1);
  await publishMany('a.b', 1);
  const calm = await alerts(api, 'busy');
  await publishMany('a.b', count / 100);
  const again = await alerts(api, 'busy');

  const counts = [none, one, still, calm, again].map(({ length }) => length);
  assert.deepEqual(counts, [0, 1, 1, 1, 2]);
  const chain = await read<Chain>(api, '/v1/chains/swells');
  assert.notEqual(chain.busyAt, null);
  assert.equal(chain.held, false);
});

test('a chain names its tasks and how they stand', async () => {
  await using api = await openApi();
  const first = await publish(api);
  const task = { id: 'research', causationId: first.id };
  await api.call({ url: '/v1/tasks', body: task });
  await api.call({ url: '/v1/tasks/research/complete', body: {} });

  const chain = await read<Chain>(api, `/v1/chains/${first.id}`);

  assert.deepEqual(chain.tasks, [{ id: 'research', state: 'completed' }]);
});

test('a chain that nobody has is unknown, and so is its release', async () => {
  await using api = await openApi();

  const shown = await api.call({ url: '/v1/chains/none' });
  const released = await api.call({ method: 'POST', url: '/v1/chains/none/release' });

  assert.deepEqual([shown.statusCode, released.statusCode], [404, 404]);
  assert.equal(await api.store.finder.event({ tenantId: null, id: 'none' as EventId }), null);
});
