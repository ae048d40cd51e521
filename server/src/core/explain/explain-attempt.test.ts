import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptError, Phases } from '../attempt.ts';
import { errorRules } from './error-rules.ts';
import { explainAttempt } from './explain-attempt.ts';
import type { ExplainedAttempt, ExplainedEndpoint, Explanation } from './explanation.ts';

const endpoint: ExplainedEndpoint = {
  url: 'https://user:pass@hooks.example.com/in?token=s3cret',
  timeoutMs: 15_000,
  scheme: 'standard',
  headerNames: 'webhook',
};

const noPhases: Phases = {
  queueMs: 0,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  bodyMs: null,
};

function failed(error: AttemptError, parts: Partial<ExplainedAttempt> = {}): ExplainedAttempt {
  const statusCode = error.startsWith('http_') ? Number(error.slice(5)) : null;
  const base = { status: 'failed', latencyMs: 42.4, phases: noPhases, answer: null } as const;
  return { ...base, error, statusCode, ...parts };
}

function answerOf(headers: [string, string][], body = '') {
  return { headers, body: Buffer.from(body), isTruncated: false };
}

function explain(attempt: ExplainedAttempt, at = endpoint): Explanation {
  const explanation = explainAttempt(attempt, at);
  assert.ok(explanation !== null);
  return explanation;
}

const everyError = [
  ...(Object.keys(errorRules) as AttemptError[]),
  ...(
    [100, 199, 300, 302, 304, 307, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418] as const
  ).map((status) => `http_${status}` as const),
  ...([422, 429, 451, 499, 500, 501, 502, 503, 504, 599, 600, 999] as const).map(
    (status) => `http_${status}` as const,
  ),
];
for (const error of everyError) {
  test(`${error} has a cause, evidence and a fix, each in sentences and without a secret`, () => {
    for (const text of Object.values(explain(failed(error)))) {
      assert.match(text, /^\S.*\.$/);
      assert.doesNotMatch(text, /s3cret|pass|undefined|null|NaN/);
    }
  });
}

test('a success needs no explanation', () => {
  const attempt: ExplainedAttempt = {
    ...failed('timeout'),
    status: 'succeeded',
    error: null,
    statusCode: 204,
  };

  assert.equal(explainAttempt(attempt, endpoint), null);
});

test('a redirect shows where to, and that it was not followed', () => {
  const answer = answerOf([['Location', 'https://www.example.com/in/']]);

  const { cause, evidence } = explain(failed('http_301', { answer }));

  assert.match(cause, /not followed/);
  assert.equal(evidence, 'It answered 301 with Location: https://www.example.com/in/.');
});

test('a refusal names the header that the endpoint signs with', () => {
  assert.match(explain(failed('http_401')).fix, /webhook-signature/);
  assert.match(explain(failed('http_401'), { ...endpoint, headerNames: 'svix' }).fix, /svix-sig/);
  assert.match(explain(failed('http_403'), { ...endpoint, scheme: 'hmac-hex' }).fix, /X-Webhook-/);
  assert.match(explain(failed('http_403'), { ...endpoint, scheme: 'none' }).fix, /signs nothing/);
});

test('a receiver that asks for a wait is quoted', () => {
  const answer = answerOf([['retry-after', '120']]);

  assert.equal(
    explain(failed('http_429', { answer })).evidence,
    'It answered 429; Retry-After: 120.',
  );
});

test('what the receiver says is quoted in one line, without controls, and cut', () => {
  const body = `Signature\r\n\u001b[31m mismatch\u202e <b>${'é'.repeat(500)}`;

  const { evidence } = explain(failed('http_400', { answer: answerOf([], body) }));

  assert.match(
    evidence,
    /^It answered 400 after 42 ms; the body begins: Signature \[31m mismatch <b>é+…$/,
  );
  assert.ok(Array.from(evidence).length < 260);
});

test('a body that is no text is quoted all the same', () => {
  const answer = { headers: [], body: Uint8Array.of(0xff, 0xfe, 0x41), isTruncated: true };

  assert.match(explain(failed('http_500', { answer })).evidence, /begins: ��A$/);
});

const timeouts: [because: string, phases: Partial<Phases>, url: string, expected: RegExp][] = [
  [
    'resolved and not connected',
    { dnsMs: 3 },
    endpoint.url,
    /No connection to hooks\.example\.com/,
  ],
  ['connected and no handshake', { dnsMs: 3, connectMs: 9 }, endpoint.url, /TLS handshake/],
  ['no handshake is needed', { dnsMs: 3, connectMs: 9 }, 'http://a.example/', /did not answer/],
  ['shaken hands and no answer', { connectMs: 9, tlsMs: 20 }, endpoint.url, /did not answer/],
  ['a reused connection and no answer', {}, endpoint.url, /did not answer within 15000 ms/],
  ['an answer that never ended', { firstByteMs: 100 }, endpoint.url, /did not end it/],
];
for (const [because, phases, url, expected] of timeouts) {
  test(`a time-out is explained by its phase: ${because}`, () => {
    const attempt = failed('timeout', { phases: { ...noPhases, ...phases } });

    assert.match(explain(attempt, { ...endpoint, url }).cause, expected);
  });
}

test('a time-out tells where the time went', () => {
  const phases = { ...noPhases, dnsMs: 2.6, connectMs: 10, tlsMs: 21 };

  const { evidence } = explain(failed('timeout', { phases, latencyMs: 15_000 }));

  assert.equal(
    evidence,
    'The attempt gave up after 15000 ms (DNS 3 ms, connect 10 ms, TLS 21 ms).',
  );
});

test('a forbidden address is never named, nor is the host that leads to it', () => {
  const at = { ...endpoint, url: 'http://169.254.169.254/latest/meta-data' };

  const texts = Object.values(explain(failed('address_forbidden'), at)).join(' ');

  assert.doesNotMatch(texts, /169|meta-data/);
  assert.match(texts, /--allow-address/);
});
