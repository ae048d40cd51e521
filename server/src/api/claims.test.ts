import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claim } from '../core/claim/claim-links.ts';
import { ClaimLinks } from '../core/claim/claim-links.ts';
import type { EventId, TenantId } from '../core/ids.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { openApi } from './contract/opened-api.ts';
import type { OpenedApi } from './contract/opened-api.ts';

const day = 24 * 3_600 * 1_000;
const data = '{ "n": 12345678901234567890, "z": 1 }';

/** An API with one event, and the path of a link to its data. */
async function linked(api: OpenedApi, parts: Partial<Claim> = {}): Promise<string> {
  await api.call({ url: '/v1/events', raw: `{"id":"e1","type":"a.b","data":${data}}` });
  return pathOf(api.claims.urlOf({ ...claimOf(api), ...parts }));
}

function claimOf(api: OpenedApi): Claim {
  const names = { tenantId: 'default' as TenantId, eventId: 'e1' as EventId };
  return { ...names, versions: null, expiresAt: later(api.now(), day) };
}

function pathOf(url: string): string {
  return url.replace(/^https:\/\/[^/]+/, '');
}

test('a link serves the bytes of its event to whoever has it, and never as a page', async () => {
  await using api = await openApi();
  const url = await linked(api);

  const answer = await api.call({ url, key: null });

  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.body, data);
  const { headers } = answer;
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['accept-ranges'], 'bytes');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-disposition'], 'attachment');
  assert.match(String(headers['content-security-policy']), /sandbox/);
});

const ranges: [because: string, headers: Record<string, string>, status: number, body: string][] = [
  ['the first bytes', { range: 'bytes=0-4' }, 206, data.slice(0, 5)],
  ['the last bytes', { range: 'bytes=-3' }, 206, data.slice(-3)],
  ['from there on', { range: 'bytes=10-' }, 206, data.slice(10)],
  ['several ranges', { range: 'bytes=0-1,3-4' }, 200, data],
  ['of something else', { range: 'bytes=0-4', 'if-range': '"other"' }, 200, data],
  ['of a day', { range: 'bytes=0-4', 'if-range': 'Sat, 31 Jan 2026 12:00:00 GMT' }, 200, data],
];
for (const [because, headers, status, body] of ranges) {
  test(`${Object.values(headers).join(' of ')} is ${status}: ${because}`, async () => {
    await using api = await openApi();
    const url = await linked(api);

    const answer = await api.call({ url, key: null, headers });

    assert.equal(answer.statusCode, status);
    assert.equal(answer.body, body);
  });
}

test('a range says which bytes it has, and its tag lets the next one go on', async () => {
  await using api = await openApi();
  const url = await linked(api);
  const first = await api.call({ url, key: null, headers: { range: 'bytes=0-4' } });

  const next = await api.call({
    ...{ url, key: null },
    headers: { range: 'bytes=5-', 'if-range': String(first.headers.etag) },
  });
  const known = await api.call({
    ...{ url, key: null },
    headers: { 'if-none-match': String(first.headers.etag) },
  });

  assert.equal(first.headers['content-range'], `bytes 0-4/${data.length}`);
  assert.equal(next.statusCode, 206);
  assert.equal(first.body + next.body, data);
  assert.equal(known.statusCode, 304);
});

test('a range past the end says how much there is', async () => {
  await using api = await openApi();
  const url = await linked(api);

  const answer = await api.call({ url, key: null, headers: { range: 'bytes=5000-' } });

  assert.equal(answer.statusCode, 416);
  assert.equal(answer.headers['content-range'], `bytes */${data.length}`);
  assert.equal(answer.json<{ code: string }>().code, 'range_not_satisfiable');
});

const otherKey = new ClaimLinks(new Uint8Array(32).fill(9), null);
const tampered: [because: string, tamper: (url: string, claim: Claim) => string][] = [
  ['its end was moved', (url) => url.replace(/expires=\d/, 'expires=9')],
  ['it names another event', (url) => url.replace('/e1?', '/e2?')],
  ['it names another tenant', (url) => url.replace('tenant=default', 'tenant=acme')],
  ['it asks for merged changes', (url) => `${url}&versions=1-2`],
  ['its signature is another', (url) => url.replace(/signature=.{6}/, 'signature=AAAAAA')],
  ['its signature is cut', (url) => url.slice(0, -4)],
  ['another server signed it', (_url, claim) => otherKey.urlOf(claim)],
];
for (const [because, tamper] of tampered) {
  test(`a link is as unknown as any when ${because}`, async () => {
    await using api = await openApi();
    const url = await linked(api);
    const toNothing = otherKey.urlOf({ ...claimOf(api), eventId: 'nothing' as EventId });
    const unknown = await api.call({ url: toNothing, key: null });

    const answer = await api.call({ url: tamper(url, claimOf(api)), key: null });

    assert.equal(answer.statusCode, 404, answer.body);
    const [told, expected] = [answer, unknown].map((each) => each.json<Record<string, unknown>>());
    assert.deepEqual({ ...told, requestId: '' }, { ...expected, requestId: '' });
  });
}

test('a link ends when it says, and with what it leads to', async () => {
  await using api = await openApi();
  const url = await linked(api);
  const lasting = await linked(api, { expiresAt: later(api.now(), 10 * day) });
  const missing = await linked(api, { eventId: 'gone' as EventId });

  api.wait(day);
  const ended = await api.call({ url, key: null });
  const erased = await api.call({ method: 'DELETE', url: '/v1/events/e1/data' });
  const codes = [
    ended,
    await api.call({ url: lasting, key: null }),
    await api.call({ url: missing, key: null }),
  ].map((answer) => [answer.statusCode, answer.json<{ code: string }>().code]);

  assert.equal(erased.statusCode, 200);
  assert.deepEqual(
    codes,
    Array.from({ length: 3 }, () => [410, 'claim_expired']),
  );
});

test('data that calls itself something a browser would run is served as a file', async () => {
  await using api = await openApi();
  await api.call({
    ...{ url: '/v1/events', raw: '<script>alert(1)</script>' },
    headers: {
      ...{ 'content-type': 'text/html', 'ce-specversion': '1.0', 'ce-id': 'h1' },
      ...{ 'ce-source': '/s', 'ce-type': 'a.b' },
    },
  });
  const [row] = (await api.call({ url: '/v1/events' })).json<{ data: { id: EventId }[] }>().data;
  assert.ok(row);
  const url = pathOf(api.claims.urlOf({ ...claimOf(api), eventId: row.id }));

  const answer = await api.call({ url, key: null });

  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-disposition'], 'attachment');
  assert.match(String(answer.headers['content-security-policy']), /sandbox/);
});

test('nothing that is told of a request has the signature of its link', async () => {
  const told: unknown[] = [];
  const note = (each: unknown) => void told.push(each);
  await using api = await openApi({ answered: note, failed: note });
  const url = await linked(api);
  const signature = new URL(url, 'http://localhost').searchParams.get('signature') ?? '';

  await api.call({ url, key: null });
  await api.call({ url: url.replace('/e1?', '/e2?'), key: null });

  assert.ok(signature.length > 40);
  assert.equal(told.length, 3);
  assert.ok(!JSON.stringify(told).includes(signature));
});

test('a dry run shows the link that would be sent, not the data', async () => {
  await using api = await openApi();
  const body = { url: 'https://example.com/', types: ['*'], claimCheck: true };
  await api.call({ url: '/v1/endpoints', body });
  const large = 'x'.repeat(limits.claimCheckBytes);

  const answer = await api.call({
    url: '/v1/events?dryRun=true',
    body: { type: 'a.b', data: large },
  });

  type Would = { wouldDeliver: { request: { body: string } }[] };
  const [would] = answer.json<Would>().wouldDeliver;
  const sent = JSON.parse(would?.request.body ?? '') as { data: { claim: { bytes: number } } };
  assert.equal(sent.data.claim.bytes, large.length + 2);
});

const addresses: [because: string, publicUrl: string | null, wish: object, codes: string[]][] = [
  ['nobody else may reach where it listens', null, { claimCheck: true }, ['links_are_local']],
  ['its address is known', 'https://hooks.example.com', { claimCheck: true }, []],
  ['it wants no links', null, {}, []],
];
for (const [because, publicUrl, wish, codes] of addresses) {
  test(`a new subscription is warned of ${codes.join() || 'nothing'}: ${because}`, async () => {
    await using api = await openApi({ publicUrl });
    const body = { url: 'https://example.com/', types: ['*'], ...wish };

    const endpoint = await api.call({ url: '/v1/endpoints', body });
    const { id } = endpoint.json<{ id: string }>();
    const subscription = await api.call({
      url: '/v1/subscriptions',
      body: { endpointId: id, types: ['*'], ...wish },
    });

    for (const answer of [endpoint, subscription]) {
      const { warnings } = answer.json<{ warnings: { code: string }[] }>();
      assert.deepEqual(
        warnings.map(({ code }) => code),
        codes,
      );
    }
  });
}
