import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { applyPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { limits } from '../core/limits.ts';
import { CallbackStage } from './contract/callback-stage.ts';

type Told = { type: string; data: Record<string, unknown> & { url: string; version: number } };
type Document = { version: number; content: unknown };

const first = {
  conversationId: 'conv_8841',
  source: 'slack',
  summary: 'Customer asks for a refund.',
  participants: ['u1', 'u2'],
  content: { facts: [{ id: 'f1', text: 'Invoice 42' }], decisions: [] as string[] },
};

async function subscribe(stage: CallbackStage, wish: object, settings = {}): Promise<void> {
  const url = `${stage.origin}/bundles`;
  const { id } = await stage.call<{ id: string }>('POST', '/v1/endpoints', { url, ...settings });
  await stage.call('POST', '/v1/subscriptions', { endpointId: id, ...wish });
}

function toldBy({ body }: { body: string }): Told {
  return JSON.parse(body) as Told;
}

test('whoever is told that a bundle is final fetches only what changed since', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, { types: ['bundle.finalized'] });
  const path = '/v1/bundles/bun_1';
  await stage.call('PUT', path, first);
  const held = await stage.call<Document>('GET', path);
  const content = { ...first.content, decisions: ['refund it'] };
  await stage.call('PUT', path, { ...first, summary: 'Refunded.', content });
  await stage.call('POST', `${path}/finalize`);

  const [received] = await stage.arrived(1);
  const { type, data } = toldBy(received ?? assert.fail());
  const since = `${data.url}/changes?since=${held.version}`;
  const patch = await stage.call<Operation[]>('GET', since);
  const faults = applyPatch(held, patch).filter((fault) => fault !== null);

  assert.equal(type, 'bundle.finalized');
  const { bundleId, conversationId, source, summary, participants, version } = data;
  assert.deepEqual(
    [bundleId, conversationId, source, summary, participants, version],
    ['bun_1', 'conv_8841', 'slack', 'Refunded.', ['u1', 'u2'], 3],
  );
  assert.ok(data['createdAt'] && data['finalizedAt']);
  assert.equal('content' in data, false);
  assert.deepEqual(faults, []);
  assert.deepEqual(held, await stage.call<Document>('GET', data.url));
});

test('an endpoint that lags hears of the newest version and of the end, in order', async () => {
  await using stage = await CallbackStage.open();
  const retry = { kind: 'schedule', delaysMs: [400], jitter: 0 };
  await subscribe(stage, { types: ['bundle.*'] }, { retry });
  stage.answers.push(500);
  const put = (n: number) => stage.call('PUT', '/v1/bundles/b', { ...first, content: n });

  await put(0);
  await stage.arrived(1);
  for (const n of [1, 2, 3]) await put(n);
  await stage.call('POST', '/v1/bundles/b/finalize');
  const received = await stage.arrived(3);

  const told = received.map((each) => [toldBy(each).type, toldBy(each).data.version]);
  assert.deepEqual(told, [
    ['bundle.created', 1],
    ['bundle.created', 1],
    ['bundle.finalized', 5],
  ]);
});

test('who wants every version gets every version', async () => {
  await using stage = await CallbackStage.open();
  await subscribe(stage, { types: ['bundle.*'], coalesce: false });

  for (const n of [1, 2, 3]) await stage.call('PUT', '/v1/bundles/b', { ...first, content: n });
  await stage.call('POST', '/v1/bundles/b/finalize');
  const received = await stage.arrived(4);

  assert.deepEqual(
    received.map((each) => toldBy(each).data.version),
    [1, 2, 3, 4],
  );
});

test('content as large as may be comes back byte for byte, also after a restart', async () => {
  await using stage = await CallbackStage.open();
  const content = largeContent(limits.bundleBytes);
  const body = `{"conversationId":"c","content":${content}}`;

  const put = await stage.send('PUT', '/v1/bundles/large', { body });
  const made = (await put.json()) as { sha256: string; bytes: number };
  await stage.stop();
  await stage.start();
  const read = await (await stage.send('GET', '/v1/bundles/large')).text();
  const over = await stage.send('PUT', '/v1/bundles/over', { body: body.replace('{', '{ ') });

  assert.equal(put.status, 201);
  assert.equal(made.bytes, limits.bundleBytes);
  assert.equal(made.sha256, createHash('sha256').update(content).digest('hex'));
  assert.ok(read.endsWith(`,"content":${content}}`));
  assert.equal(over.status, 201);
});

test('of two at once as large as may be, one is asked to come again and then taken', async () => {
  await using stage = await CallbackStage.open();
  const body = `{"conversationId":"c","content":${largeContent(limits.bundleBytes)}}`;
  const put = (id: string) => stage.send('PUT', `/v1/bundles/${id}`, { body });

  const answers = await Promise.all(['a', 'b', 'c'].map(put));
  const refused = answers.filter(({ status }) => status === 503);
  const again = await put('a');

  assert.ok(answers.some(({ status }) => status === 201));
  for (const answer of refused) assert.equal(answer.headers.get('retry-after'), '1');
  assert.ok(answers.every(({ status }) => status === 201 || status === 503));
  assert.ok(again.status === 200 || again.status === 201);
});

test('large bodies that were answered make room for others', async () => {
  await using stage = await CallbackStage.open();
  const body = 'x'.repeat(limits.bundleBytes);
  const count = Math.ceil(limits.largeBodiesBytes / limits.bundleBytes) + 1;

  const statuses = new Set<number>();
  for (let n = 0; n < count; n += 1) {
    statuses.add((await stage.send('PUT', '/v1/bundles/none', { body })).status);
  }

  assert.deepEqual([...statuses], [400]);
});

/** JSON of so many bytes, in which no two elements are alike. */
function largeContent(bytes: number): string {
  const elements: string[] = [];
  let length = 2;
  for (let n = 0; length < bytes - 200; n += 1) {
    const element = `{"n":${n}.10,"text":"${`${n} `.repeat(16)}"}`;
    elements.push(element);
    length += element.length + 1;
  }
  const json = `[${elements.join()}]`;
  return `${json.slice(0, -1)}${' '.repeat(bytes - json.length)}]`;
}
