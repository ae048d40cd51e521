import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Static } from 'typebox';
import { verifyStandard } from '../core/verify-standard.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';
import type { DryRunBody } from './schemas/dry-run-schema.ts';

type DryRun = Static<typeof DryRunBody>;

const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const raw = '{"type":"task.completed","data":{ "n":1.0 }}';
const url = '/v1/events?dryRun=true';

async function addEndpoint(api: OpenedApi, types: string[], more = {}): Promise<string> {
  const body = { url: 'https://hooks.example.com/in', types, secret, ...more };
  const answer = await api.call({ url: '/v1/endpoints', body });
  return answer.json<{ id: string }>().id;
}

test('a dry run names who would get it, with the bytes and a signature that holds', async () => {
  await using api = await openApi();
  const wanted = await addEndpoint(api, ['task.*'], { headers: { 'X-Token': 's3cret' } });
  await addEndpoint(api, ['order.*']);

  const answer = await api.call({ url, raw });

  assert.equal(answer.statusCode, 200, answer.body);
  const { wouldDeliver, deliveryCount } = answer.json<DryRun>();
  const [would] = wouldDeliver;
  assert.deepEqual([deliveryCount, wouldDeliver.length, would?.endpointId], [1, 1, wanted]);
  const body = would?.request.body ?? '';
  assert.ok(body.endsWith('"data":{ "n":1.0 }}'), body);
  assert.ok(!answer.body.includes('s3cret'));
  const headers = Object.fromEntries(would?.request.headers ?? []) as Record<string, string>;
  const now = api.now() / 1_000;
  const verified = verifyStandard({ secrets: [secret], headers, body: Buffer.from(body), now });
  assert.deepEqual(verified, { valid: true, reason: 'a v1 signature matches' });
});

test('a dry run leaves nothing behind: no event, no lane of a callback, no secret', async () => {
  await using api = await openApi();
  const { version } = api.mirror;
  const callback = { url: 'https://caller.example.com/done' };
  const body = { type: 'task.completed', data: 1, callback };

  const answer = await api.call({ url, body });

  const [would] = answer.json<DryRun>().wouldDeliver;
  assert.deepEqual([would?.endpointId, would?.url], [null, callback.url]);
  const events = await api.call({ url: '/v1/events' });
  assert.deepEqual(events.json<{ data: unknown[] }>().data, []);
  assert.equal(api.mirror.version, version);
});

test('a paused endpoint is said to hold the delivery', async () => {
  await using api = await openApi();
  const id = await addEndpoint(api, ['*']);
  await api.call({ method: 'POST', url: `/v1/endpoints/${id}/pause` });

  const answer = await api.call({ url, raw });

  assert.equal(answer.json<DryRun>().wouldDeliver[0]?.held, 'endpoint_paused');
});

const refused: [because: string, body: unknown, status: number][] = [
  ['a type is a name', { type: 'no good', data: 1 }, 422],
  [
    'a callback leads to a public address',
    { type: 'a.b', data: 1, callback: { url: 'http://10.0.0.1' } },
    422,
  ],
];
for (const [because, body, status] of refused) {
  test(`a dry run refuses what publishing refuses: ${because}`, async () => {
    await using api = await openApi();

    const answer = await api.call({ url, body });

    assert.equal(answer.statusCode, status, answer.body);
  });
}

test('a key that may only publish sees no URLs and no signatures', async () => {
  await using api = await openApi();
  await addEndpoint(api, ['*']);
  const key = await api.grant({
    tenantId: 'default',
    scopes: ['events:write'],
    text: `ph_${'w'.repeat(40)}`,
  });

  const answer = await api.call({ url, raw, key });

  assert.equal(answer.statusCode, 403, answer.body);
});

test('the bytes shown have a limit, the sizes do not', async () => {
  await using api = await openApi();
  for (let n = 0; n < 6; n += 1) await addEndpoint(api, ['*']);
  const body = { type: 'big.sent', data: 'x'.repeat(1_000_000) };

  const answer = await api.call({ url, body });

  const requests = answer.json<DryRun>().wouldDeliver.map(({ request }) => request);
  assert.equal(requests.filter((each) => each.body !== undefined).length, 4);
  assert.ok(requests.every(({ bodyBytes }) => bodyBytes > 1_000_000));
});
