import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from './attempt.ts';
import type { PendingDelivery } from './delivery.ts';
import type { DeliveryId, EndpointId, EventId, Position, SubscriptionId, TenantId } from './ids.ts';
import { instant, later } from './instant.ts';
import { breakerVerdict, isExpired, isThrottled, judge, nextAttempt } from './next-attempt.ts';
import type { AttemptPolicy, Verdict } from './next-attempt.ts';
import { retryDelay } from './retry-delay.ts';
import { standardRetry } from './retry-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';

const start = instant(1_767_225_600_000);
const minute = 60_000;
const at = (ms: number) => later(start, ms);

const policy: AttemptPolicy = {
  retry: { kind: 'schedule', delaysMs: [5_000, 300_000, 7_200_000], jitter: 0.1 },
  retryAfterMaxMs: 60 * minute,
  orderWaitMs: 15 * minute,
  maxAgeMs: 7 * 24 * 60 * minute,
  onDead: 'continue',
};

const fresh: PendingDelivery = {
  id: 'dlv_1' as DeliveryId,
  position: 2 as Position,
  tenantId: 'default' as TenantId,
  eventId: 'evt_1' as EventId,
  eventPosition: 1 as Position,
  endpointId: 'ep_1' as EndpointId,
  subscriptionId: 'sub_1' as SubscriptionId,
  orderKey: null,
  isReplay: false,
  createdAt: start,
  firstDueAt: start,
  attemptCount: 0,
  budgetFrom: 0,
  failingSince: null,
  dueAt: start,
};

function answered(status: number, retryAfterMs: number | null = null): Outcome {
  return { kind: 'answered', status, retryAfterMs };
}

const verdicts: [because: string, outcome: Outcome, expected: Verdict['is']][] = [
  ['any 2xx means the receiver has it', answered(204), 'delivered'],
  ['the last 2xx is one too', answered(299), 'delivered'],
  ['a status below 200 is no success', answered(199), 'unsure'],
  ['a redirect is not followed, but its owner may mend it', answered(302), 'unsure'],
  ['the receiver is busy, not unwilling', answered(429), 'unsure'],
  ['a wrong secret may be put right', answered(401), 'unsure'],
  ['gone means stop for good', answered(410), 'refused'],
  ['an odd status is a failure like others', answered(999), 'unsure'],
  ['a time-out says nothing final', { kind: 'unanswered', error: 'timeout' }, 'unsure'],
  ['a forbidden address stays forbidden', { kind: 'forbidden', rule: 'private' }, 'refused'],
  ['we cut it ourselves', { kind: 'interrupted' }, 'interrupted'],
  ['a crash of ours is a failure like others', { kind: 'sender_crashed' }, 'unsure'],
];
for (const [because, outcome, expected] of verdicts) {
  test(`${JSON.stringify(outcome)} is ${expected}: ${because}`, () => {
    assert.equal(judge(outcome).is, expected);
  });
}

test('a success finishes', () => {
  assert.deepEqual(nextAttempt(policy, fresh, answered(200), at(0), 0), { do: 'finish' });
});

test('a failure waits for its place in the schedule, plus its share of jitter', () => {
  const second = { ...fresh, attemptCount: 1, failingSince: at(-5_000) };

  const decision = nextAttempt(policy, second, answered(500), at(0), 0.5);

  assert.deepEqual(decision, {
    do: 'retry',
    dueAt: at(315_000),
    budgetFrom: 0,
    failingSince: at(-5_000),
  });
});

test('a receiver that asks for a longer wait gets it', () => {
  const decision = nextAttempt(policy, fresh, answered(503, 90_000), at(0), 0.5);

  assert.equal(decision.do === 'retry' && decision.dueAt, at(90_000));
});

test('a receiver that asks for a shorter wait does not shorten it', () => {
  const decision = nextAttempt(policy, fresh, answered(429, 1_000), at(0), 0);

  assert.equal(decision.do === 'retry' && decision.dueAt, at(5_000));
});

test('a receiver that asks for a year gets the longest wait allowed', () => {
  const decision = nextAttempt(policy, fresh, answered(503, 3e10), at(0), 0);

  assert.equal(decision.do === 'retry' && decision.dueAt, at(policy.retryAfterMaxMs));
});

test('the last attempt of the budget is the last', () => {
  const last = { ...fresh, attemptCount: 3, failingSince: at(-minute) };

  const decision = nextAttempt(policy, last, answered(500), at(0), 0);

  assert.deepEqual(decision, {
    do: 'bury',
    reason: 'attempts_exhausted',
    holdsKey: false,
    disables: null,
    failingSince: at(-minute),
  });
});

test('a delivery retried by a person has a new budget while its attempts are counted on', () => {
  const retried = { ...fresh, attemptCount: 12, budgetFrom: 12 };

  const decision = nextAttempt(policy, retried, answered(500), at(0), 0);

  assert.deepEqual(decision, {
    do: 'retry',
    dueAt: at(5_000),
    budgetFrom: 12,
    failingSince: at(0),
  });
});

test('an interrupted attempt is repeated at once, spends nothing and starts no failing', () => {
  const last = { ...fresh, attemptCount: 3 };

  const decision = nextAttempt(policy, last, { kind: 'interrupted' }, at(0), 0.9);

  assert.deepEqual(decision, { do: 'retry', dueAt: at(0), budgetFrom: 1, failingSince: null });
});

test('410 buries the delivery and disables the endpoint', () => {
  const decision = nextAttempt(policy, fresh, answered(410), at(0), 0);

  assert.equal(decision.do === 'bury' && decision.reason, 'endpoint_gone');
  assert.equal(decision.do === 'bury' && decision.disables, 'gone');
});

test('a forbidden address buries the delivery and leaves the endpoint as it is', () => {
  const outcome: Outcome = { kind: 'forbidden', rule: 'loopback' };

  const decision = nextAttempt(policy, fresh, outcome, at(0), 0);

  assert.equal(decision.do === 'bury' && decision.reason, 'address_forbidden');
  assert.equal(decision.do === 'bury' && decision.disables, null);
});

const ages: [because: string, maxAgeMs: number, expected: string][] = [
  ['a retry due at the very end of its age is made', 5_000, 'retry'],
  ['a retry due after it is not waited for', 4_999, 'expired'],
];
for (const [because, maxAgeMs, expected] of ages) {
  test(`age ${maxAgeMs}: ${because}`, () => {
    const decision = nextAttempt({ ...policy, maxAgeMs }, fresh, answered(500), at(0), 0);

    assert.equal(decision.do === 'bury' ? decision.reason : decision.do, expected);
  });
}

test('a delivery is expired only after its last instant', () => {
  const young = { maxAgeMs: 1_000 };

  assert.equal(isExpired(young, fresh, at(1_000)), false);
  assert.equal(isExpired(young, fresh, at(1_001)), true);
});

test('the next try of a failing head is pulled forward to the end of its order wait', () => {
  const head = { ...fresh, orderKey: 'k', attemptCount: 2, failingSince: at(-10 * minute) };

  const decision = nextAttempt(policy, head, answered(500), at(0), 0.7);

  assert.equal(decision.do === 'retry' && decision.dueAt, at(5 * minute));
});

test('a receiver cannot make a head block its key for longer', () => {
  const head = { ...fresh, orderKey: 'k' };

  const decision = nextAttempt(policy, head, answered(503, 60 * minute), at(0), 0);

  assert.equal(decision.do === 'retry' && decision.dueAt, at(15 * minute));
});

test('a head that fails at the end of its order wait frees its key', () => {
  const head = { ...fresh, orderKey: 'k', attemptCount: 2, failingSince: at(-15 * minute) };

  const decision = nextAttempt(policy, head, answered(500), at(0), 0);

  assert.equal(decision.do === 'bury' && decision.reason, 'order_wait_over');
  assert.equal(decision.do === 'bury' && decision.holdsKey, false);
});

test('with an order wait of 0 a head retries for as long as its policy does', () => {
  const head = { ...fresh, orderKey: 'k', attemptCount: 2, failingSince: at(-1_000 * minute) };

  const decision = nextAttempt({ ...policy, orderWaitMs: 0 }, head, answered(500), at(0), 0);

  assert.equal(decision.do === 'retry' && decision.dueAt, at(7_200_000));
});

const holds: [because: string, onDead: 'hold' | 'continue', key: string | null, is: boolean][] = [
  ['an ordered endpoint that holds blocks the key', 'hold', 'k', true],
  ['the empty key of a whole endpoint is a key', 'hold', '', true],
  ['without a key there is nothing to hold', 'hold', null, false],
  ['an endpoint that continues lets the next one go', 'continue', 'k', false],
];
for (const [because, onDead, orderKey, expected] of holds) {
  test(`${onDead} with key ${JSON.stringify(orderKey)}: ${because}`, () => {
    const delivery = { ...fresh, orderKey };

    const decision = nextAttempt({ ...policy, onDead }, delivery, answered(410), at(0), 0);

    assert.equal(decision.do === 'bury' && decision.holdsKey, expected);
  });
}

const breakerRows: [
  because: string,
  outcome: Outcome,
  expected: ReturnType<typeof breakerVerdict>,
  isThrottled: boolean,
][] = [
  ['it works', answered(200), 'success', false],
  ['it works and refuses this body', answered(400), 'neutral', false],
  ['it works and finds this body too large', answered(413), 'neutral', false],
  ['it works and finds this body wrong', answered(422), 'neutral', false],
  ['it refuses every body', answered(401), 'failure', false],
  ['it asks for fewer', answered(429), 'failure', true],
  ['it is broken', answered(500), 'failure', false],
  ['it has too much to do', answered(503), 'failure', true],
  ['it is too slow', { kind: 'unanswered', error: 'timeout' }, 'failure', true],
  [
    'it cannot be reached in time',
    { kind: 'unanswered', error: 'connect_timeout' },
    'failure',
    true,
  ],
  ['nobody listens', { kind: 'unanswered', error: 'connection_refused' }, 'failure', false],
  ['we ended it', { kind: 'interrupted' }, 'unspent', false],
];
for (const [because, outcome, expected, throttled] of breakerRows) {
  test(`${JSON.stringify(outcome)} is ${expected} to the breaker: ${because}`, () => {
    assert.equal(breakerVerdict(outcome), expected);
    assert.equal(isThrottled(outcome), throttled);
  });
}

const anyRetry: fc.Arbitrary<RetryPolicy> = fc.oneof(
  fc.record({
    kind: fc.constant('exponential' as const),
    initialMs: fc.nat(60_000),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    maxDelayMs: fc.nat(86_400_000),
    maxAttempts: fc.integer({ min: 1, max: 50 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('schedule' as const),
    delaysMs: fc.array(fc.nat(86_400_000), { maxLength: 50 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);
const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('law: jitter only adds, at most its share, and no delay passes the cap but by it', () => {
  fc.assert(
    fc.property(anyRetry, fc.integer({ min: 1, max: 60 }), anyChance, (retry, attempt, chance) => {
      const base = retryDelay(retry, attempt, 0);
      const delayMs = retryDelay(retry, attempt, chance);

      if (base === null || delayMs === null) return base === delayMs;
      const cap = retry.kind === 'exponential' ? retry.maxDelayMs : Infinity;
      return base <= cap && delayMs >= base && delayMs <= base * (1 + retry.jitter);
    }),
  );
});

test('law: every failing delivery is buried after a finite number of attempts', () => {
  fc.assert(
    fc.property(anyRetry, fc.option(fc.string()), anyChance, (retry, orderKey, chance) => {
      let delivery: PendingDelivery = { ...fresh, orderKey };
      for (let i = 0; i < 60; i += 1) {
        const now = delivery.dueAt;
        const decision = nextAttempt({ ...policy, retry }, delivery, answered(500), now, chance);
        if (decision.do === 'bury') return true;
        assert.ok(decision.do === 'retry' && decision.dueAt >= now);
        const { dueAt, failingSince } = decision;
        delivery = { ...delivery, dueAt, failingSince, attemptCount: i + 1 };
      }
      return false;
    }),
  );
});

test('the standard schedule makes ten attempts, the last after three days and more', () => {
  const delays = Array.from({ length: 10 }, (_, i) => retryDelay(standardRetry, i + 1, 0));

  assert.equal(delays.at(-1), null);
  assert.equal(
    delays.reduce<number>((sum, ms) => sum + (ms ?? 0), 0),
    272_105_000,
  );
});
