import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

type Done = { id: string; state: string; sequence: number; eventId: string; duplicate: boolean };
type Told = { type: string; data: Record<string, unknown> & { sequence: number } };

async function start(api: OpenedApi, body: object = {}): Promise<string> {
  const answer = await api.call({ url: '/v1/tasks', body });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<Done>().id;
}

async function report(api: OpenedApi, id: string, verb: string, body: object = {}) {
  return api.call({ url: `/v1/tasks/${id}/${verb}`, body });
}

/** What its events say, oldest first. */
async function told(api: OpenedApi, id: string): Promise<Told[]> {
  const list = await api.call({ url: '/v1/events?limit=500' });
  const events = list.json<{ data: { id: string; key: string }[] }>().data;
  const own = events.filter(({ key }) => key === id).toReversed();
  return Promise.all(
    own.map(async (event) => (await api.call({ url: `/v1/events/${event.id}` })).json<Told>()),
  );
}

test('a task is told of from its start to its end, each event with its number', async () => {
  await using api = await openApi();
  const id = await start(api, { id: 'report-7', name: 'Report' });

  await report(api, id, 'progress', { step: 'analyzing', progress: 0.2 });
  await report(api, id, 'progress', { message: 'Two of three sources read' });
  await report(api, id, 'wait', { reason: 'approval' });
  await report(api, id, 'progress', { step: 'generating', progress: 0.6 });
  const done = await report(api, id, 'complete', { result: { pages: 3 }, model: 'm-1' });

  assert.equal(done.statusCode, 200, done.body);
  const events = await told(api, id);
  assert.deepEqual(
    events.map(({ type, data }) => [type, data.sequence, data['state'], data['step']]),
    [
      ['task.started', 1, 'running', undefined],
      ['task.progress', 2, 'running', 'analyzing'],
      ['task.progress', 3, 'running', 'analyzing'],
      ['task.waiting', 4, 'waiting', 'analyzing'],
      ['task.progress', 5, 'running', 'generating'],
      ['task.completed', 6, 'completed', 'generating'],
    ],
  );
  const timestamp = new Date(api.now()).toISOString();
  assert.deepEqual(events.at(-1)?.data, {
    ...{ taskId: id, name: 'Report', sequence: 6, state: 'completed', step: 'generating' },
    ...{ progress: 1, result: { pages: 3 }, model: 'm-1', timestamp },
  });
});

test('a result keeps the digits and the order in which it was sent', async () => {
  await using api = await openApi();
  const id = await start(api);
  const raw = '{"result": {"b": 1.0, "a": 12345678901234567890, "b": "\\ud83d"}}';

  await api.call({ url: `/v1/tasks/${id}/complete`, raw });
  const shown = await api.call({ url: `/v1/tasks/${id}` });

  assert.ok(shown.body.includes('"result":{"b": 1.0, "a": 12345678901234567890, "b": "\\ud83d"}'));
});

test('a task shows what its newest event says, and its sequence as ETag', async () => {
  await using api = await openApi();
  const id = await start(api, { metadata: { run: 7 } });
  await report(api, id, 'progress', { step: 'reading', progress: 0.5, data: [1], message: 'hm' });

  const shown = await api.call({ url: `/v1/tasks/${id}` });

  assert.equal(shown.headers.etag, '"2"');
  const { state, steps, metadata, data, message, sequence } = shown.json<Record<string, unknown>>();
  assert.deepEqual(
    { state, steps, metadata, data, message, sequence },
    {
      ...{ state: 'running', steps: ['reading'], metadata: { run: 7 }, data: [1], message: 'hm' },
      sequence: 2,
    },
  );
});

test('a report after the end is refused with the state that the task is in', async () => {
  await using api = await openApi();
  const id = await start(api);
  await report(api, id, 'fail', { error: { message: 'no model' } });

  for (const [verb, body] of [
    ['progress', { step: 'more' }],
    ['wait', { reason: 'x' }],
    ['complete', {}],
    ['cancel', {}],
    ['fail', { error: { message: 'another' } }],
  ] as const) {
    const answer = await report(api, id, verb, body);
    const { code, detail } = answer.json<{ code: string; detail: string }>();
    assert.deepEqual(
      [answer.statusCode, code, detail],
      [409, 'wrong_state', 'The task is failed.'],
      verb,
    );
  }
  assert.equal((await told(api, id)).length, 2);
});

test('an end that is said again in the same words is one end', async () => {
  await using api = await openApi();
  const id = await start(api);
  const first = await report(api, id, 'complete', { result: [1, 2] });

  const again = await report(api, id, 'complete', { result: [1, 2] });

  assert.equal(again.statusCode, 200);
  const { deliveryCount: _, ...done } = first.json<Done & { deliveryCount: number }>();
  assert.deepEqual(again.json(), { ...done, deliveryCount: 0, duplicate: true });
  assert.equal((await told(api, id)).length, 2);
});

test('a start that is repeated with the same id is one start, and another is refused', async () => {
  await using api = await openApi();
  await start(api, { id: 'mine', name: 'One' });

  const again = await api.call({ url: '/v1/tasks', body: { id: 'mine', name: 'One' } });
  const other = await api.call({ url: '/v1/tasks', body: { id: 'mine', name: 'Two' } });

  assert.deepEqual([again.statusCode, again.json<Done>().duplicate], [200, true]);
  assert.deepEqual(
    [other.statusCode, other.json<{ code: string }>().code],
    [409, 'already_exists'],
  );
});

test('a report with an idempotency key is one report however often it is sent', async () => {
  await using api = await openApi();
  const id = await start(api);
  const send = () =>
    api.call({
      ...{ url: `/v1/tasks/${id}/progress`, body: { step: 'a' } },
      headers: { 'idempotency-key': 'once' },
    });

  const [first, again] = [await send(), await send()];

  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.deepEqual(again.json(), first.json());
  assert.equal((await told(api, id)).length, 2);
});

test('200 reports at once on one task have the sequences that follow each other', async () => {
  await using api = await openApi();
  const id = await start(api);

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      report(api, id, 'progress', { step: `s${index % 4}`, progress: index / 200 }),
    ),
  );

  const given = answers.map((answer) => answer.json<Done>().sequence);
  assert.deepEqual(
    given.toSorted((a, b) => a - b),
    Array.from({ length: 200 }, (_, i) => i + 2),
  );
  const sequences = (await told(api, id)).map(({ data }) => data.sequence);
  assert.deepEqual(
    sequences,
    Array.from({ length: 201 }, (_, i) => i + 1),
  );
});

test('the history of a task is read piece by piece, its oldest event first', async () => {
  await using api = await openApi();
  const id = await start(api);
  for (const step of ['a', 'b', 'c']) await report(api, id, 'progress', { step });
  const url = `/v1/tasks/${id}/events`;
  type Piece = { data: Told[]; nextSince: number | null; sequence: number };

  const first = (await api.call({ url: `${url}?limit=3` })).json<Piece>();
  const rest = (await api.call({ url: `${url}?limit=3&since=${first.nextSince}` })).json<Piece>();
  const none = (await api.call({ url: `${url}?since=4` })).json<Piece>();

  const sequences = ({ data }: Piece) => data.map((each) => each.data.sequence);
  assert.deepEqual([first, rest, none].map(sequences), [[1, 2, 3], [4], []]);
  assert.deepEqual([first.nextSince, rest.nextSince, none.sequence], [3, null, 4]);
});

test('a part of a task belongs to its chain and stands among its children', async () => {
  await using api = await openApi();
  const parent = await start(api, { id: 'whole', correlationId: 'run-7' });
  const part = await start(api, { id: 'part', parentTaskId: parent, name: 'Part' });
  await report(api, part, 'progress', { step: 'a' });

  const shown = await api.call({ url: `/v1/tasks/${parent}` });
  const list = await api.call({ url: `/v1/tasks?parentTaskId=${parent}&state=running` });

  const child = { id: part, name: 'Part', state: 'running', isStalled: false };
  assert.deepEqual(shown.json<{ children: unknown }>().children, [
    { ...child, sequence: 2, step: 'a', progress: null },
  ]);
  assert.deepEqual(
    list.json<{ data: { id: string }[] }>().data.map((each) => each.id),
    [part],
  );
  const events = (await api.call({ url: '/v1/events?correlationId=run-7' })).json<{
    data: { causationId: string | null; id: string }[];
  }>().data;
  const [begun] = events.toReversed();
  assert.deepEqual(
    events.map(({ causationId }) => causationId),
    [events[1]?.id, begun?.id, null],
  );
});

test('a part of nothing, and one too deep down, are refused', async () => {
  await using api = await openApi();
  let parentTaskId = await start(api);
  for (let depth = 1; depth < limits.taskDepth; depth += 1) {
    parentTaskId = await start(api, { parentTaskId });
  }

  const deep = await api.call({ url: '/v1/tasks', body: { parentTaskId } });
  const lost = await api.call({ url: '/v1/tasks', body: { parentTaskId: 'nobody' } });

  for (const answer of [deep, lost]) {
    const [error] = answer.json<{ errors: { pointer: string }[] }>().errors;
    assert.deepEqual([answer.statusCode, error?.pointer], [422, '/parentTaskId']);
  }
});

test('a step too many is refused by name, and the steps that are known go on', async () => {
  await using api = await openApi();
  const id = await start(api);
  for (let step = 0; step < limits.taskSteps; step += 1) {
    await report(api, id, 'progress', { step: `s${step}` });
  }

  const more = await report(api, id, 'progress', { step: 'more' });
  const known = await report(api, id, 'progress', { step: 's0' });

  assert.equal(more.statusCode, 422);
  const [error] = more.json<{ errors: { pointer: string; message: string }[] }>().errors;
  assert.equal(error?.pointer, '/step');
  assert.match(error?.message ?? '', new RegExp(`${limits.taskSteps}`));
  assert.equal(known.statusCode, 200);
});

const wrong = [
  ['progress', { progress: 1.1 }, '/progress', 'no more than all can be done'],
  ['progress', { step: 'x'.repeat(129) }, '/step', 'a step has a limit'],
  ['wait', {}, '/reason', 'what is waited for must be said'],
  ['fail', { error: 'no' }, '/error', 'an error is an object'],
  ['complete', { tokenUsage: { input: -1 } }, '/tokenUsage/input', 'nothing uses less than none'],
] as const;
for (const [verb, body, pointer, because] of wrong) {
  test(`${verb} ${JSON.stringify(body).slice(0, 40)} is refused: ${because}`, async () => {
    await using api = await openApi();
    const id = await start(api);

    const answer = await report(api, id, verb, body);

    const [error] = answer.json<{ errors: { pointer: string }[] }>().errors;
    assert.deepEqual([answer.statusCode, error?.pointer], [422, pointer], answer.body);
  });
}

test('data whose event would be too large is refused, and the sequence has no gap', async () => {
  await using api = await openApi();
  const id = await start(api);

  const large = await report(api, id, 'progress', { data: 'x'.repeat(limits.eventBytes) });
  const next = await report(api, id, 'progress');

  assert.deepEqual([large.statusCode, next.json<Done>().sequence], [413, 2]);
});

test('who waits for the end of a task hears of it when it comes', async () => {
  await using api = await openApi();
  const id = await start(api);
  const waiting = api.call({ url: `/v1/tasks/${id}?waitMs=20000` });
  await watched(api);

  await report(api, id, 'progress', { step: 'a' });
  await report(api, id, 'complete', { result: 7 });

  const { state, result } = (await waiting).json<{ state: string; result: number }>();
  assert.deepEqual([state, result], ['completed', 7]);
  assert.equal(api.taskWaits.count, 0);
});

test('who follows a task hears of each report', async () => {
  await using api = await openApi();
  const id = await start(api);
  const waiting = api.call({ url: `/v1/tasks/${id}?waitMs=20000&sinceSequence=1` });
  await watched(api);

  await report(api, id, 'progress', { step: 'a' });

  assert.equal((await waiting).json<Done>().sequence, 2);
});

test('when the time is over the task is shown as it stands', async () => {
  await using api = await openApi();
  const id = await start(api);
  const waiting = api.call({ url: `/v1/tasks/${id}?waitMs=1000` });
  await watched(api);

  api.wait(1_000);

  assert.equal((await waiting).json<Done>().state, 'running');
});

test('a secret of a callback lies nowhere in the row of its task', async () => {
  await using api = await openApi();
  const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  const headers = { 'x-token': 'a planted value' };
  const id = await start(api, {
    callback: { url: 'https://example.com/done?t=abc', secret, headers },
  });

  const answer = await report(api, id, 'progress', { step: 'a' });

  assert.equal(answer.json<{ deliveryCount: number }>().deliveryCount, 1);
  const [tenant] = api.mirror.list('tenant', null);
  const tenantId = tenant?.value.id ?? 'default';
  const query = { tenantId, kind: 'task', id } as Parameters<typeof api.store.finder.guarded>[0];
  const text = JSON.stringify(await api.store.finder.guarded(query));
  for (const planted of [secret, 'a planted value', 't=abc']) assert.ok(!text.includes(planted));
  const { data } = (await api.call({ url: '/v1/deliveries' })).json<{
    data: { webhookUrl: string }[];
  }>();
  assert.equal(data.length, 2);
});

/** Until somebody waits. */
async function watched(api: OpenedApi): Promise<void> {
  while (api.taskWaits.count === 0) await new Promise(setImmediate);
}
