import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Posthorn } from './posthorn.ts';
import type { PosthornOptions } from './posthorn.ts';

type Asked = { readonly method: string; readonly url: string; readonly headers: Headers };
type Answers = (Response | Error)[];

/** A client whose `fetch` answers what the test says, and which waits without time passing. */
function client(answers: Answers, options: Partial<PosthornOptions> = {}) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const posthorn = new Posthorn(
    { url: 'http://posthorn.example/', apiKey: 'ph_k', ...options },
    {
      fetch: (url, init) => {
        const headers = new Headers(init?.headers);
        asked.push({ method: init?.method ?? '', url: urlOf(url), headers });
        const answer = answers.shift() ?? new Response(null, { status: 204 });
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      chance: () => 0,
      now: () => Date.parse('2026-01-01T00:00:00Z'),
      sleep: (ms) => Promise.resolve(void waits.push(ms)),
    },
  );
  return { posthorn, asked, waits };
}

function urlOf(url: Parameters<typeof fetch>[0]): string {
  return url instanceof Request ? url.url : String(url);
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ code, detail: 'no' }), { status, headers });
}

const done = (): Response => new Response('{"id":"evt_1"}', { status: 202 });
const event = { type: 'a.b', data: 1 };

const repeated: [because: string, first: () => Response | Error, waitMs: number][] = [
  ['the connection broke', () => new TypeError('fetch failed'), 200],
  ['the server is away', () => problem(502, 'bad_gateway'), 200],
  ['the server is overloaded', () => problem(503, 'overloaded', { 'retry-after': '3' }), 3_000],
  ['too many requests', () => problem(429, 'too_many', { 'retry-after': '1' }), 1_000],
  [
    'the wait is given as a date',
    () => problem(503, 'overloaded', { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }),
    5_000,
  ],
  ['the first try may still run', () => problem(409, 'idempotency_running'), 200],
  ['the request took too long', () => problem(408, 'request_timeout'), 200],
];
for (const [because, first, waitMs] of repeated) {
  test(`a request is repeated with the same idempotency key when ${because}`, async () => {
    const { posthorn, asked, waits } = client([first(), done()]);

    const accepted = await posthorn.events.publish(event);

    assert.equal(accepted.id, 'evt_1');
    assert.deepEqual(waits, [waitMs]);
    const keys = asked.map(({ headers }) => headers.get('idempotency-key'));
    assert.equal(keys.length, 2);
    assert.ok(keys[0]);
    assert.equal(keys[0], keys[1]);
  });
}

const final: [because: string, status: number, code: string, headers?: Record<string, string>][] = [
  ['it is wrong', 422, 'validation_failed'],
  ['it is in conflict', 409, 'wrong_state'],
  ['the key is not known', 401, 'unauthorized'],
  ['the server asks for a longer wait than is waited', 503, 'overloaded', { 'retry-after': '31' }],
];
for (const [because, status, code, headers] of final) {
  test(`a request is not repeated when ${because}`, async () => {
    const { posthorn, asked } = client([problem(status, code, headers), done()]);

    await assert.rejects(posthorn.events.publish(event), { status, code });

    assert.equal(asked.length, 1);
  });
}

test('repeating ends after the retries that were given, each later than the last', async () => {
  const failures = Array.from({ length: 9 }, () => new TypeError('fetch failed'));
  const { posthorn, asked, waits } = client(failures, { retries: 4 });

  await assert.rejects(posthorn.events.get('evt_1'), { status: 0, code: 'network' });

  assert.equal(asked.length, 5);
  assert.deepEqual(waits, [200, 400, 800, 1_600]);
});

test('a signal ends a request, and the reason is its own', async () => {
  const { posthorn } = client([new TypeError('fetch failed')]);
  const reason = new Error('enough');

  const getting = posthorn.events.get('evt_1', { signal: AbortSignal.abort(reason) });

  await assert.rejects(getting, reason);
});

test('a server that does not answer in time is told as a timeout', async () => {
  const fetchNever: typeof fetch = (_url, init) =>
    new Promise((_, reject) => {
      const { signal } = init ?? {};
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  const options = { url: 'http://posthorn.example', fetch: fetchNever, timeoutMs: 20, retries: 0 };
  // The timer of a time-out keeps no process alive.
  const alive = setInterval(() => {}, 5);

  const getting = new Posthorn(options).events.get('evt_1');

  await assert.rejects(getting, { status: 0, code: 'timeout', detail: 'no answer within 20 ms' });
  clearInterval(alive);
});

test('the key, the tenant and the query are said, and parts of a path are escaped', async () => {
  const { posthorn, asked } = client([done(), done()], { tenant: 'acme' });

  await posthorn.events.get('a/b', { tenant: 'other' });
  await posthorn.deliveries.list({ state: 'dead', limit: 5, endpointId: undefined }).page('c=1');

  const [first, second] = asked;
  assert.equal(first?.url, 'http://posthorn.example/v1/events/a%2Fb');
  assert.equal(first?.headers.get('posthorn-tenant'), 'other');
  assert.equal(first?.headers.get('authorization'), 'Bearer ph_k');
  assert.equal(first?.headers.has('idempotency-key'), false);
  assert.equal(
    second?.url,
    'http://posthorn.example/v1/deliveries?state=dead&limit=5&cursor=c%3D1',
  );
  assert.equal(second?.headers.get('posthorn-tenant'), 'acme');
});
