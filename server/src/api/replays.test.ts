import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointId, ReplayId, TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { acceptOne, holdAll, readPending, recordMoved } from '../store/contract/arrange.ts';
import {
  acme,
  at,
  catalogueWrite,
  deadRecord,
  endpointResource,
} from '../store/contract/sample.ts';
import { plannedDelivery, plannedEvent, tenantResource } from '../store/contract/sample.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Job = { id: string; state: string; progress: Record<string, number>; endedAt: string | null };
type Problem = { code: string; detail: string; errors?: { pointer: string; message: string }[] };

/** An API with the tenants acme and globex, and an endpoint of acme with two dead letters. */
async function stage() {
  const api = await openApi();
  const tenants = [acme, 'globex' as TenantId].map((id) => tenantResource({ id }));
  for (const resource of tenants) {
    const writes = [catalogueWrite(resource)];
    await api.mirror.change({ tenantId: resource.value.id, writes, idempotency: null });
  }
  const endpoint = endpointResource();
  const writes = [catalogueWrite(endpoint)];
  await api.mirror.change({ tenantId: acme, writes, idempotency: null });
  const endpointId = endpoint.value.id;
  const dead = [await deadLetter(api, endpointId), await deadLetter(api, endpointId)];
  const ask = (body: object, more: object = {}) =>
    api.call({ url: '/v1/replays', tenant: acme, body, ...more });
  return { api, endpointId, dead, ask, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

async function deadLetter({ store, mirror }: OpenedApi, endpointId: EndpointId) {
  const plan = plannedDelivery({ endpointId });
  const catalogueVersion = mirror.version;
  await acceptOne(store, plannedEvent({ deliveries: [plan], catalogueVersion }));
  const delivery = await readPending(store, plan.id);
  await recordMoved(store, deadRecord(delivery, (await holdAll(store))(endpointId)));
  return delivery;
}

test('a replay is a job of its tenant, with what was asked and what is done', async () => {
  await using stand = await stage();
  const { api, endpointId, ask } = stand;

  const made = await ask({ endpointId, types: ['task.*'], ratePerSecond: 5 });

  assert.equal(made.statusCode, 202);
  const job = made.json<Job>();
  const { position } = await api.store.queue.tail({ shards: [], after: null, limit: 1 });
  assert.deepEqual(made.json(), {
    ...{ id: job.id, tenantId: acme, state: 'running', only: 'dead', as: 'same', endpointId },
    ...{ types: ['task.*'], since: null, until: null, eventIds: null, deliveryIds: null },
    ...{ ratePerSecond: 5, startedAt: null, endedAt: null, error: null },
    createdAt: new Date(api.now()).toISOString(),
    progress: {
      ...{ examinedCount: 0, madeCount: 0, skippedCount: 0, failedCount: 0, position: 0 },
      upperPosition: position - 1,
    },
  });
  const url = `/v1/replays/${job.id}`;
  assert.deepEqual((await api.call({ url, tenant: acme })).json(), made.json());
  const list = await api.call({ url: '/v1/replays?state=running', tenant: acme });
  assert.deepEqual(list.json(), { data: [made.json()], nextCursor: null });
});

test('a dry run says how many and which, and makes nothing', async () => {
  await using stand = await stage();
  const { api, endpointId, dead, ask } = stand;

  const answer = await ask({ endpointId, dryRun: true });

  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), {
    ...{ dryRun: true, matchedCount: 2, examinedCount: 2, skippedCount: 0, isLowerBound: false },
    sample: dead.map(({ id, eventId }) => ({ eventId, endpointId, deliveryId: id })),
  });
  const list = await api.call({ url: '/v1/replays', tenant: acme });
  assert.deepEqual(list.json(), { data: [], nextCursor: null });
});

test('a look that ends before the log does says that there may be more', async () => {
  const matchedCount = limits.replayLookSteps * limits.listMax;
  const look = { matchedCount, examinedCount: matchedCount, skippedCount: 0, sample: [] };
  await using api = await openApi({
    lookForReplays: async () => ({ ...look, isLowerBound: true }),
  });

  const answer = await api.call({ url: '/v1/replays', body: { dryRun: true } });

  assert.deepEqual(answer.json(), { dryRun: true, ...look, isLowerBound: true });
});

const refusals: [because: string, body: object, status: number, code: string, pointer?: string][] =
  [
    ['all needs an endpoint', { only: 'all', as: 'new' }, 422, 'validation_failed', '/endpointId'],
    ['delivered ones need a word how', { only: 'all' }, 422, 'validation_failed', '/as'],
    ['no such choice', { only: 'some' }, 422, 'validation_failed', '/only'],
    ['no such time', { since: '2026-02-30T25:00:00Z' }, 422, 'validation_failed', '/since'],
    ['no rate at all', { ratePerSecond: 0 }, 422, 'validation_failed', '/ratePerSecond'],
    ['an empty list names nothing', { eventIds: [] }, 422, 'validation_failed', '/eventIds'],
    ['an unknown field', { foo: 1 }, 422, 'validation_failed', '/foo'],
    ['an unknown endpoint', { endpointId: 'ep_none' }, 404, 'not_found'],
    ['an unknown event', { eventIds: ['evt_none'] }, 404, 'not_found'],
    ['an unknown delivery', { deliveryIds: ['dlv_none'] }, 404, 'not_found'],
  ];
for (const [because, body, status, code, pointer] of refusals) {
  test(`${because}: ${status} for ${JSON.stringify(body)}`, async () => {
    await using stand = await stage();

    const answer = await stand.ask(body);

    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [status, code]);
    if (pointer === undefined) return;
    const pointers = answer.json<Problem>().errors?.map((each) => each.pointer);
    assert.ok(pointers?.includes(pointer), `${pointers?.join()}`);
  });
}

test('what is another tenant’s answers as what is nobody’s', async () => {
  await using stand = await stage();
  const { api, endpointId, dead, ask } = stand;
  const { id } = (await ask({})).json<Job>();
  const [letter] = dead;
  const tenant = 'globex';

  const asked = [
    await ask({ endpointId }, { tenant }),
    await ask({ eventIds: [letter?.eventId] }, { tenant }),
    await ask({ deliveryIds: [letter?.id] }, { tenant }),
    await api.call({ url: `/v1/replays/${id}`, tenant }),
    await api.call({ method: 'POST', url: `/v1/replays/${id}/pause`, tenant }),
    await api.call({ method: 'POST', url: `/v1/replays/${id}/resume`, tenant }),
    await api.call({ method: 'POST', url: `/v1/replays/${id}/cancel`, tenant }),
  ];

  assert.deepEqual(
    asked.map(({ statusCode }) => statusCode),
    asked.map(() => 404),
  );
  const list = await api.call({ url: '/v1/replays', tenant });
  assert.deepEqual(list.json(), { data: [], nextCursor: null });
});

test('a replay to a disabled endpoint is refused, with the way out', async () => {
  await using stand = await stage();
  const { api, endpointId, ask } = stand;
  await api.call({ method: 'POST', url: `/v1/endpoints/${endpointId}/disable`, tenant: acme });

  const answer = await ask({ endpointId });

  assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [409, 'wrong_state']);
  assert.match(answer.json<Problem>().detail, /disabled.*[Rr]esume/);
});

test('pause, resume and cancel answer the job, also twice, and 409 once it has ended', async () => {
  await using stand = await stage();
  const { api, ask } = stand;
  const { id } = (await ask({})).json<Job>();
  const post = async (verb: string) =>
    api.call({ method: 'POST', url: `/v1/replays/${id}/${verb}`, tenant: acme });

  const states = [];
  for (const verb of ['pause', 'pause', 'resume', 'cancel', 'cancel']) {
    states.push((await post(verb)).json<Job>().state);
  }
  const late = [await post('resume'), await post('pause')];

  assert.deepEqual(states, ['paused', 'paused', 'running', 'cancelled', 'cancelled']);
  for (const answer of late) {
    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [409, 'wrong_state']);
  }
});

test('a repeated request makes no second job, and a repeated pause pauses once', async () => {
  await using stand = await stage();
  const { api, ask } = stand;
  const headers = { 'idempotency-key': 'k-1' };

  const first = await ask({}, { headers });
  const again = await ask({}, { headers });
  const other = await ask({ only: 'failed' }, { headers });
  const { id } = first.json<Job>();
  const pause = { method: 'POST', url: `/v1/replays/${id}/pause`, tenant: acme, headers } as const;
  const paused = await api.call(pause);
  await api.call({ method: 'POST', url: `/v1/replays/${id}/resume`, tenant: acme });
  const repeated = await api.call(pause);

  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(again.json(), first.json());
  assert.deepEqual([other.statusCode, other.json<Problem>().code], [422, 'idempotency_conflict']);
  assert.deepEqual(repeated.json(), paused.json());
  const query = { tenantId: acme, id: id as ReplayId };
  assert.equal((await api.store.replays.get(query))?.state, 'running');
});

test('one job too many is refused until another has ended', async () => {
  await using stand = await stage();
  const { ask } = stand;
  for (let made = 0; made < limits.replaysUnended; made += 1) await ask({});

  const answer = await ask({});

  assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [409, 'too_many_replays']);
});

test('making and changing needs the scope replay, looking needs read', async () => {
  await using stand = await stage();
  const { api, ask } = stand;
  const { id } = (await ask({})).json<Job>();
  const reader = await api.grant({
    tenantId: acme,
    scopes: ['read'],
    text: 'ph_reader-0123456789',
  });
  const player = await api.grant({
    ...{ tenantId: acme, scopes: ['replay'], text: 'ph_player-0123456789' },
  });
  const statuses = async (key: string): Promise<number[]> => {
    const answers = [
      await api.call({ url: '/v1/replays', key, body: { dryRun: true } }),
      await api.call({ method: 'POST', url: `/v1/replays/${id}/pause`, key }),
      await api.call({ url: `/v1/replays/${id}`, key }),
    ];
    return answers.map(({ statusCode }) => statusCode);
  };

  assert.deepEqual(await statuses(reader), [403, 403, 200]);
  assert.deepEqual(await statuses(player), [200, 200, 403]);
});

test('times narrow by when an event was accepted', async () => {
  await using stand = await stage();
  const since = new Date(at(1)).toISOString();

  const none = await stand.ask({ since, dryRun: true });
  const both = await stand.ask({ until: since, dryRun: true });

  assert.equal(none.json<{ matchedCount: number }>().matchedCount, 0);
  assert.equal(both.json<{ matchedCount: number }>().matchedCount, 2);
});
