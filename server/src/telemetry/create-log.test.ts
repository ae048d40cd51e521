import assert from 'node:assert/strict';
import test from 'node:test';
import type { DeliveryId, EndpointId, EventId, TenantId } from '../core/ids.ts';
import type { Signal } from '../core/signal.ts';
import { createLog } from './create-log.ts';
import type { LogLevel } from './create-log.ts';
import { logSignals } from './log-signals.ts';

type Line = Record<string, unknown> & { level: string; msg: string };

const tenantId = 'acme' as TenantId;
const endpointId = 'ep_1' as EndpointId;
const eventId = 'evt_1' as EventId;
const ids = { tenantId, eventId, endpointId, deliveryId: 'dlv_1' as DeliveryId };
const outcome = { kind: 'answered', status: 503, retryAfterMs: null } as const;

function logged(level: LogLevel = 'info') {
  const texts: string[] = [];
  const log = createLog({ level, to: { write: (line) => void texts.push(line) } });
  return { log, texts, lines: () => texts.map((text) => JSON.parse(text) as Line) };
}

test('a line is one JSON object with a level by name and a time in RFC 3339', () => {
  const { log, lines } = logged();

  log.warn({ endpointId: 'ep_1' }, 'endpoint disabled');

  const [line] = lines();
  const { time, ...rest } = line ?? { time: null };
  assert.deepEqual(rest, { level: 'warn', endpointId: 'ep_1', msg: 'endpoint disabled' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

const leaks: [because: string, said: object | string, secret: string][] = [
  ['a field that is named for it', { secret: 'open sesame' }, 'sesame'],
  ['such a field one level down', { endpoint: { secret: 'open sesame' } }, 'sesame'],
  ['a signing secret in a text', 'bad secret whsec_c2VzYW1lIQ== here', 'c2VzYW1lIQ'],
  ['an access key in a text', 'key ph_sesame0123456789 is unknown', 'sesame'],
  ['an Authorization header in a text', 'sent Authorization: Bearer sesame.1', 'sesame'],
  ['a login in a URL', 'cannot reach https://me:sesame@example.com/a', 'sesame'],
  ['the query of a URL', { url: 'https://example.com/a?sig=sesame&b=sesame#c' }, 'sesame'],
  ['an error’s message', { error: new Error('GET https://a:sesame@b/') }, 'sesame'],
  ['the cause of an error', { error: new Error('x', { cause: new Error('ph_sesame12') }) }, 'sesa'],
  [
    'what else an error carries',
    { error: Object.assign(new Error('x'), { body: 'sesame' }) },
    'sesame',
  ],
];
for (const [because, said, secret] of leaks) {
  test(`no secret is written: ${because}`, () => {
    const { log, texts, lines } = logged();

    if (typeof said === 'string') log.error(said);
    else log.error(said, 'x');

    assert.equal(lines().length, 1);
    assert.equal(texts.join('').includes(secret), false, texts.join(''));
  });
}

const levels: [because: string, level: LogLevel, signal: Signal, written: string | null][] = [
  [
    'what comes with every event is not written',
    'info',
    { signal: 'event_accepted', tenantId, deliveryCount: 1 },
    null,
  ],
  [
    'unless somebody looks closely',
    'debug',
    { signal: 'event_accepted', tenantId, deliveryCount: 1 },
    'debug',
  ],
  [
    'an attempt is for who looks closely, too',
    'debug',
    { signal: 'attempt_ended', tenantId, endpointId, outcome, latencyMs: 3 },
    'debug',
  ],
  [
    'a success is not worth a line',
    'info',
    { signal: 'delivery_ended', ...ids, as: 'delivered', ageMs: 3 },
    null,
  ],
  [
    'a dead letter is',
    'info',
    { signal: 'delivery_ended', ...ids, as: 'expired', ageMs: 3 },
    'info',
  ],
  [
    'an endpoint that was disabled is a warning',
    'warn',
    { signal: 'endpoint_disabled', tenantId, endpointId, reason: 'gone' },
    'warn',
  ],
  [
    'a failed step is an error',
    'error',
    { signal: 'step_failed', step: 'scan', cause: new Error('no answer') },
    'error',
  ],
  [
    'what is below the level is not written',
    'error',
    { signal: 'endpoint_disabled', tenantId, endpointId, reason: 'gone' },
    null,
  ],
];
for (const [because, level, signal, written] of levels) {
  test(`${signal.signal} at ${level}: ${because}`, () => {
    const { log, lines } = logged(level);

    logSignals(log, { hasAccessLog: false })(signal);

    const seen = lines().map((line) => [line.level, line['signal']]);
    assert.deepEqual(seen, written === null ? [] : [[written, signal.signal]]);
  });
}

test('a failure is written with its cause and the id that its answer named', () => {
  const { log, lines } = logged();
  const cause = new Error('no room', { cause: new TypeError('deeper') });

  logSignals(log, { hasAccessLog: false })({ signal: 'request_failed', requestId: 'req_1', cause });

  const [line] = lines();
  assert.equal(line?.['requestId'], 'req_1');
  assert.partialDeepStrictEqual(line['error'], {
    ...{ name: 'Error', message: 'no room' },
    cause: { name: 'TypeError', message: 'deeper' },
  });
});

for (const hasAccessLog of [false, true]) {
  test(`a request is ${hasAccessLog ? '' : 'not '}written when that was asked for`, () => {
    const { log, lines } = logged();
    const request = { method: 'GET', route: '/v1/events/{id}', status: 404, durationMs: 1.5 };

    logSignals(log, { hasAccessLog })({ signal: 'request_ended', ...request, requestId: 'req_1' });

    const seen = lines().map(({ method, route, status, requestId }) => {
      return { method, route, status, requestId };
    });
    const { method, route, status } = request;
    assert.deepEqual(seen, hasAccessLog ? [{ method, route, status, requestId: 'req_1' }] : []);
  });
}
