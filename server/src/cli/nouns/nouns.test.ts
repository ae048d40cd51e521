import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { readConfig } from '../../app/config.ts';
import { startPosthorn } from '../../app/start.ts';
import type { Running } from '../../app/start.ts';
import { run } from '../contract/in-process.ts';
import type { RunParts } from '../contract/in-process.ts';
import { makeFolder, patienceMs } from '../contract/program.ts';
import type { Folder } from '../contract/program.ts';
import { answers, startReceiver } from '../demo/receivers.ts';
import type { Receiver } from '../demo/receivers.ts';
import { until } from '../demo/until.ts';

/** One server for all of these; each test has an endpoint and event types of its own. */
let folder: Folder;
let running: Running;
let receiver: Receiver;

type Thing = Record<string, unknown> & { readonly id: string };
type Page = { readonly data: Thing[]; readonly nextCursor: string | null };

before(async () => {
  folder = await makeFolder();
  receiver = await startReceiver(answers.at(200));
  const config = readConfig({ data: join(folder.path, 'data'), port: '0', dev: true }, {});
  running = await startPosthorn(config, { version: '0', level: 'error' });
});

after(async () => {
  await running.stop();
  await receiver.close();
  await folder[Symbol.asyncDispose]();
});

function shell(args: readonly string[], parts: RunParts = {}) {
  return run([...args, '--data-dir', join(folder.path, 'data')], parts);
}

async function json<Value = Thing>(...args: string[]): Promise<Value> {
  const { code, stdout, stderr } = await shell([...args, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Value;
}

async function deadDelivery(type: string): Promise<string> {
  const closed = await startReceiver(answers.at(400));
  const retry = '{"kind":"schedule","delaysMs":[]}';
  const url = closed.url;
  await json('endpoints', 'create', url, '--types', type, '--retry', retry);
  const { id } = await json('send', type);
  try {
    const found = await until(async () => {
      const { data } = await json<Page>('deliveries', '--event', id, '--state', 'dead');
      return data[0] ?? null;
    }, patienceMs);
    assert.ok(found);
    return found.id;
  } finally {
    await closed.close();
  }
}

test('every list answers {data, nextCursor}, and a table for people', async () => {
  await json('endpoints', 'create', receiver.url, '--types', 'list.*');
  const nouns = ['endpoints', 'subscriptions', 'event-types', 'keys', 'tenants', 'events'];
  for (const noun of [...nouns, 'deliveries', 'attempts']) {
    const page = await json<Page>(noun);
    const plain = await shell([noun]);

    assert.ok(Array.isArray(page.data), noun);
    assert.deepEqual(Object.keys(page), ['data', 'nextCursor'], noun);
    const rows = plain.stdout.split('\n').length - 1;
    assert.equal(rows, page.data.length, noun);
  }
});

test('pages follow each other by cursor, and --all has them all, a line for each', async () => {
  for (let n = 0; n < 5; n += 1) await json('send', 'paged.sent', '--id', `paged-${n}`);
  const args = ['events', '--type', 'paged.sent'];

  const first = await json<Page>(...args, '--limit', '2');
  const second = await json<Page>(...args, '--limit', '2', '--cursor', first.nextCursor ?? '');
  const all = await shell([...args, '--all', '--json']);

  const ids = [...first.data, ...second.data].map(({ id }) => id);
  assert.deepEqual(ids, ['paged-4', 'paged-3', 'paged-2', 'paged-1']);
  const lines = all.stdout.trim().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as Thing).id),
    [...ids, 'paged-0'],
  );
});

test('a list may be cut in time, by how long ago or by a day', async () => {
  await json('send', 'timed.sent');
  const args = ['events', '--type', 'timed.sent'];

  const lately = await json<Page>(...args, '--since', '1h');
  const before2000 = await json<Page>(...args, '--until', '2000-01-01');
  const wrong = await shell([...args, '--since', 'yesterday']);

  assert.deepEqual([lately.data.length, before2000.data.length], [1, 0]);
  assert.equal(wrong.code, 64);
  assert.match(wrong.stderr, /--since: must be a time such as 2h/);
});

test('the story of a dead delivery: each attempt, the cause, the fix, and what to do', async () => {
  const id = await deadDelivery('story.sent');

  const plain = await shell(['deliveries', 'get', id]);
  const told = await json<Thing & { attempts: Record<string, unknown>[] }>('deliveries', 'get', id);

  assert.match(plain.stdout, /#1 {2}\S+Z {2}failed {2}http_400 {2}\d/);
  assert.match(plain.stdout, /why #1 failed:\n {2}evidence: [^\n]+\n {2}cause: +\S/);
  assert.match(plain.stdout, /\n {2}fix: +\S/);
  assert.match(plain.stdout, new RegExp(`next: dead .* posthorn deliveries retry ${id}`));
  assert.equal(told.state, 'dead');
  const [attempt] = told.attempts;
  assert.ok(attempt);
  assert.partialDeepStrictEqual(attempt, { attemptNumber: 1, status: 'failed', error: 'http_400' });
  assert.equal(typeof (attempt['explanation'] as { fix: string }).fix, 'string');
});

test('a dead delivery is tried again, or given up for good', async () => {
  const id = await deadDelivery('again.sent');

  const retried = await shell(['deliveries', 'retry', id]);
  await until(async () => {
    const { state } = await json('deliveries', 'get', id);
    return state === 'dead' ? true : null;
  }, patienceMs);
  const cancelled = await json('deliveries', 'cancel', id);
  const twice = await shell(['deliveries', 'cancel', id]);

  assert.equal(retried.code, 0);
  assert.equal(cancelled.state, 'cancelled');
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /wrong_state/);
});

test('an event is shown with the digits it was published with', async () => {
  await shell(['send', 'exact.sent', '--id', 'exact-1', '--data', '{"n":12345678901234567890}']);

  const plain = await shell(['events', 'get', 'exact-1']);
  const asJson = await shell(['events', 'get', 'exact-1', '--json']);

  assert.match(plain.stdout, /\{"n":12345678901234567890\}/);
  assert.match(asJson.stdout, /"data":\{"n":12345678901234567890\}/);
});

test('the data of an event can be erased', async () => {
  await json('send', 'erased.sent', '--id', 'erased-1', '--data', '"private"');

  const erased = await shell(['events', 'erase', 'erased-1']);
  const shown = await shell(['events', 'get', 'erased-1', '--json']);

  assert.equal(erased.code, 0, erased.stderr);
  assert.ok(!shown.stdout.includes('private'));
});

test('an endpoint lives by commands: settings, states, secret, end', async () => {
  const { id } = await json('endpoints', 'create', receiver.url, '--types', 'life.*');

  const set = ['--set', 'orderWaitMs=1000', '--header', 'X-Team: ops', '--retry', 'short'];
  const updated = await json('endpoints', 'update', id, ...set);
  const states = [];
  for (const verb of ['pause', 'resume', 'disable', 'enable']) {
    states.push((await json('endpoints', verb, id)).status);
  }
  const { secret } = await json('endpoints', 'secret', id);
  const rotated = await json('endpoints', 'rotate-secret', id, '--overlap-ms', '1000');
  const deleted = await shell(['endpoints', 'delete', id]);
  const gone = await shell(['endpoints', 'get', id]);

  assert.equal(updated['orderWaitMs'], 1_000);
  assert.deepEqual(states, ['paused', 'active', 'disabled', 'active']);
  assert.equal((rotated['previous'] as { secret: string }).secret, secret);
  assert.deepEqual([deleted.code, gone.code], [0, 1]);
});

test('a subscription is made, narrowed and ended', async () => {
  const { id: endpointId } = await json('endpoints', 'create', receiver.url);
  const made = ['subscriptions', 'create', '--endpoint', endpointId, '--types', 'a.*,b.c', 'd'];

  const created = await json(...made, '--entity', 'contact/42');
  const updated = await json('subscriptions', 'update', created.id, '--filter', 'data.n > 1');
  const deleted = await shell(['subscriptions', 'delete', created.id]);

  assert.deepEqual(created['entity'], { type: 'contact', id: '42' });
  assert.deepEqual([updated['filter'], updated['types']], ['data.n > 1', ['a.*', 'b.c', 'd']]);
  assert.equal(deleted.code, 0);
});

test('an event type is registered with a schema, which its events must fit', async () => {
  const schema = '{"type":"object","required":["n"]}';

  const created = await json('event-types', 'create', 'typed.sent', '--schema', schema);
  const refused = await shell(['send', 'typed.sent', '--data', '{}']);
  await json('event-types', 'update', 'typed.sent', '--description', 'has n');
  const { description } = await json('event-types', 'get', 'typed.sent');
  const deleted = await shell(['event-types', 'delete', 'typed.sent']);

  assert.equal(created['type'], 'typed.sent');
  assert.equal(refused.code, 1);
  assert.deepEqual([description, deleted.code], ['has n', 0]);
});

test('a key works until it is ended, for what it allows', async () => {
  const made = ['keys', 'create', 'reader', '--scopes', 'read', '--for', 'default'];
  const { id, key } = await json<{ id: string; key: string }>(...made);

  const allowed = await shell(['events', '--key', key]);
  const forbidden = await shell(['send', 'a.b', '--key', key]);
  await shell(['keys', 'delete', id]);
  const ended = await shell(['events', '--key', key]);

  assert.deepEqual([allowed.code, forbidden.code, ended.code], [0, 77, 77]);
});

test('a replay says what it would do, then does it with progress to its end', async () => {
  const delivery = await deadDelivery('replayed.sent');
  const { endpointId } = await json<Thing & { endpointId: string }>('deliveries', 'get', delivery);

  const dry = await json('replay', '--endpoint', endpointId, '--only', 'dead', '--dry-run');
  const unnamed = await shell(['replay', '--only', 'dead']);
  const watched = await shell(['replay', '--endpoint', endpointId, '--watch', '--json']);
  const { data } = await json<Page>('replay', 'list');

  assert.equal(dry['matchedCount'], 1);
  assert.equal(unnamed.code, 64);
  assert.equal(watched.code, 0, watched.stderr);
  const ended = JSON.parse(watched.stdout) as { state: string; progress: { madeCount: number } };
  assert.deepEqual([ended.state, ended.progress.madeCount], ['completed', 1]);
  assert.match(watched.stderr, /100 %: /);
  assert.equal(data.length, 1);
});

test('statistics are shown for all and for one endpoint', async () => {
  const { id } = await json('endpoints', 'create', receiver.url, '--types', 'counted.*');

  const all = await json<{ totals: object }>('stats', '--since', '1h');
  const one = await json<{ endpointId: string }>('endpoints', 'stats', id);
  const plain = await shell(['stats']);

  assert.ok('acceptedCount' in all.totals);
  assert.equal(one.endpointId, id);
  assert.match(plain.stdout, /deliveryRate: /);
});

test('a dry run shows the request that would go out, and sends nothing', async () => {
  const { id } = await json('endpoints', 'create', receiver.url, '--types', 'dry.*');

  const { code, stdout } = await shell(['send', 'dry.sent', '--data', '{ "n":1.0 }', '--dry-run']);

  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^1 would get it\n\n${id} through sub_`));
  assert.match(stdout, /\nwebhook-signature: v1,\S+\n/);
  assert.match(stdout, /\n\n\{"type":"dry\.sent".*"data":\{ "n":1\.0 \}\}\n$/);
  const { data } = await json<Page>('events', '--type', 'dry.sent');
  assert.deepEqual(data, []);
});

test('an event says of each endpoint why it got it, or what said no', async () => {
  const wanted = await json('endpoints', 'create', receiver.url, '--types', 'why.*');
  const other = await json('endpoints', 'create', receiver.url, '--types', 'why-not.*');
  const { id } = await json('send', 'why.sent');

  const { data } = await json<{ data: { endpointId: string; rule: string }[] }>(
    ...['events', 'explain', id],
  );
  const plain = await shell(['events', 'explain', id]);

  const rules = new Map(data.map(({ endpointId, rule }) => [endpointId, rule]));
  assert.deepEqual([rules.get(wanted.id), rules.get(other.id)], ['matched', 'no_match']);
  assert.match(plain.stdout, new RegExp(`^yes {2}${wanted.id} `, 'm'));
});

test('an endpoint is tried out, and the answer is the exit code', async () => {
  const { id } = await json('endpoints', 'create', receiver.url);
  const closed = await startReceiver(answers.at(500));
  const broken = await json('endpoints', 'create', closed.url);

  const good = await shell(['endpoints', 'test', id]);
  const bad = await shell(['endpoints', 'test', broken.id]).finally(() => void closed.close());

  assert.deepEqual([good.code, bad.code], [0, 1], good.stderr + bad.stderr);
  assert.match(bad.stdout, /statusCode: +500/);
});

test('a publisher may wait for the delivery', async () => {
  await json('endpoints', 'create', receiver.url, '--types', 'awaited.*');

  const { code, stderr } = await shell(['send', 'awaited.sent', '--wait', '10']);

  assert.equal(code, 0);
  assert.match(stderr, /accepted; 1 delivery, 1 delivered\n$/);
});
