import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallbackStage } from './contract/callback-stage.ts';
import type { Received } from './contract/callback-stage.ts';

type Change = { old?: unknown; new: unknown };
type Told = {
  type: string;
  data: { changes: Record<string, Change>; version: number; mergedFrom?: number };
};

const contact = { type: 'contact', id: 'contact_123' };
const path = '/v1/entities/contact/contact_123';

test('two changed fields of contact_123 reach just its subscribers', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, '/by-type', { entity: { type: 'contact' } });
  await subscribe(stage, '/by-id', { entity: contact });
  await subscribe(stage, '/by-field', { entity: { type: 'contact' }, fields: ['phone'] });
  await subscribe(stage, '/other-field', { entity: contact, fields: ['name'] });
  await subscribe(stage, '/other-id', { entity: { type: 'contact', id: 'contact_124' } });
  const changes = { email: { old: 'a@b.c', new: 'd@e.f' }, phone: { new: '+2' } };

  await stage.call('POST', '/v1/context/updates', { entity: contact, changes, source: 'crm' });
  // Whoever must not hear of the first would have heard of it before this.
  const other = { entity: { type: 'contact', id: 'contact_124' } };
  await stage.call('POST', '/v1/context/updates', { ...other, changes: { name: { new: 1 } } });

  const received = await stage.arrived(5);
  assert.deepEqual(pathsOf(received, 'contact_123'), ['/by-field', '/by-id', '/by-type']);
  assert.deepEqual(pathsOf(received, 'contact_124'), ['/by-type', '/other-id']);
  const [first] = toldIn(received, '/by-id');
  assert.equal(first?.type, 'context.updated');
  assert.partialDeepStrictEqual(first.data, {
    entity: contact,
    changes,
    source: 'crm',
    version: 1,
  });
});

test('changes of a window come as one, of the first old and the last new values', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, '/merged', { entity: contact, coalesce: { windowMs: 1_000 } });
  await subscribe(stage, '/each', { entity: contact });

  await stage.call('PATCH', path, { name: 'Ada', plan: 'free', visits: 1 });
  await stage.call('PATCH', path, { plan: 'pro', visits: 2 });
  await stage.call('PATCH', path, { plan: 'team', visits: 1 });

  const received = await stage.arrived(4);
  const each = toldIn(received, '/each').map(({ data }) => data);
  assert.deepEqual(
    each.map(({ version, mergedFrom }) => [version, mergedFrom]),
    [
      [1, undefined],
      [2, undefined],
      [3, undefined],
    ],
  );
  const [merged] = toldIn(received, '/merged');
  assert.partialDeepStrictEqual(merged?.data, { version: 3, mergedFrom: 1 });
  assert.deepEqual(merged?.data.changes, {
    name: { old: null, new: 'Ada' },
    plan: { old: null, new: 'team' },
    visits: { old: null, new: 1 },
  });
});

test('a window whose changes undo each other tells nothing', async () => {
  await using stage = await CallbackStage.open();
  await stage.call('PATCH', path, { plan: 'free' });
  await subscribe(stage, '/merged', { entity: contact, coalesce: { windowMs: 1_000 } });

  await stage.call('PATCH', path, { plan: 'pro' });
  await stage.call('PATCH', path, { plan: 'free' });

  const { reason } = await ended(stage, 'cancelled');
  assert.equal(reason, 'no_change');
  assert.deepEqual(await stage.arrived(0), []);
});

test('each attempt at a merged change has the same bytes', async () => {
  await using stage = await CallbackStage.open();
  const retry = { kind: 'schedule', delaysMs: [100, 100], jitter: 0 };
  const wish = { entity: contact, coalesce: { windowMs: 500 } };
  await subscribe(stage, '/merged', wish, { retry });
  stage.answers.push(500, 503);

  await stage.call('PATCH', path, { big: 1 });
  await stage.call('PATCH', path, { other: [1, { a: null }] });

  const received = await stage.arrived(3);
  assert.equal(new Set(received.map(({ body }) => body)).size, 1);
});

test('a replay of a merged change that was given up tells all of it', async () => {
  await using stage = await CallbackStage.open();
  const wish = { entity: contact, coalesce: { windowMs: 500 } };
  const retry = { kind: 'schedule', delaysMs: [], jitter: 0 };
  await subscribe(stage, '/merged', wish, { retry });
  stage.answers.push(500);
  await stage.call('PATCH', path, { a: 1 });
  await stage.call('PATCH', path, { b: 2 });
  const [first] = await stage.arrived(1);
  await ended(stage, 'dead');

  await stage.call('POST', '/v1/replays', { only: 'dead' });

  const received = await stage.arrived(2);
  const [, again] = toldIn(received, '/merged');
  assert.deepEqual(Object.keys(again?.data.changes ?? {}), ['a', 'b']);
  assert.equal(received[1]?.body, first?.body);
});

test('a window goes on over a restart and takes in what is told after it', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, '/merged', { entity: contact, coalesce: { windowMs: 5_000 } });
  await stage.call('PATCH', path, { a: 1 });

  await stage.stop();
  await stage.start();
  await stage.call('PATCH', path, { b: 2 });

  const [merged] = toldIn(await stage.arrived(1), '/merged');
  assert.deepEqual(Object.keys(merged?.data.changes ?? {}), ['a', 'b']);
  assert.equal(merged?.data.mergedFrom, 1);
});

test('changes of one entity arrive in order, also over a failure', async () => {
  await using stage = await CallbackStage.open();
  const retry = { kind: 'schedule', delaysMs: [100, 100, 100], jitter: 0 };
  await subscribe(stage, '/hook', { entity: contact }, { retry });
  stage.answers.push(500, 500);

  await Promise.all(
    Array.from({ length: 20 }, (_, n) => stage.call('PATCH', path, { [`f${n}`]: n })),
  );

  const told = toldIn(await stage.arrived(22), '/hook');
  assert.deepEqual(
    told.map(({ data }) => data.version),
    [1, 1, ...Array.from({ length: 20 }, (_, n) => n + 1)],
  );
});

async function subscribe(
  stage: CallbackStage,
  hook: string,
  wish: object,
  settings: object = {},
): Promise<void> {
  const url = `${stage.origin}${hook}`;
  const types = ['context.updated'];
  await stage.call('POST', '/v1/endpoints', { url, types, ...wish, ...settings });
}

function toldIn(received: readonly Received[], hook: string): Told[] {
  return received.filter(({ url }) => url === hook).map(({ body }) => JSON.parse(body) as Told);
}

function pathsOf(received: readonly Received[], id: string): (string | undefined)[] {
  return received
    .filter(({ body }) => body.includes(`"id":"${id}"`))
    .map(({ url }) => url)
    .toSorted();
}

/** Asks until the window has ended; the answer of the server is the clock. */
/** The first delivery that has ended so. */
async function ended(
  stage: CallbackStage,
  state: 'cancelled' | 'dead',
): Promise<Record<string, unknown>> {
  for (;;) {
    const list = `/v1/deliveries?state=${state}`;
    const { data } = await stage.call<{ data: Record<string, unknown>[] }>('GET', list);
    if (data[0] !== undefined) return data[0];
  }
}
