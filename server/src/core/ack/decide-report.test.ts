import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../delivery.ts';
import type { DeliveryId, EndpointId, EventId, Position, TenantId } from '../ids.ts';
import { instant, later } from '../instant.ts';
import { limits } from '../limits.ts';
import { awaitsAck } from './awaits-ack.ts';
import { decideReport } from './decide-report.ts';

const start = instant(1_750_000_000_000);
const now = later(start, 60_000);
const policy = {
  retry: { kind: 'schedule', delaysMs: [1_000, 5_000], jitter: 0 },
  retryAfterMaxMs: limits.retryAfterMs,
  orderWaitMs: limits.orderWaitMs,
  maxAgeMs: limits.deliveryAgeMs,
  onDead: 'hold',
  withinMs: 90_000,
} as const;
const when = { now, chance: 0, startedAt: start };

function delivery(parts: Partial<Delivery> = {}): Delivery {
  return {
    id: 'dlv_1' as DeliveryId,
    ...{ position: 2 as Position, tenantId: 'acme' as TenantId, eventId: 'evt_1' as EventId },
    ...{ eventPosition: 1 as Position, endpointId: 'ep_1' as EndpointId, subscriptionId: null },
    ...{ orderKey: null, isReplay: false, createdAt: start, firstDueAt: start },
    ...{ attemptCount: 1, budgetFrom: 0, failingSince: null },
    state: { is: 'pending', dueAt: later(now, 1_000) },
    ...parts,
  };
}

test('an ack is the end', () => {
  assert.deepEqual(decideReport(policy, delivery(), { do: 'ack' }, when), { do: 'finish' });
});

test('a failure counts as that of the last attempt', () => {
  const report = { do: 'fail', isFinal: false } as const;

  const first = decideReport(policy, delivery(), report, when);
  const last = decideReport(policy, delivery({ attemptCount: 3 }), report, when);

  const dueAt = later(now, 1_000);
  assert.deepEqual(first, { do: 'retry', dueAt, budgetFrom: 0, failingSince: now });
  assert.equal(last.do === 'bury' && last.reason, 'attempts_exhausted');
});

test('a final failure is a dead letter that holds its key where that is wished for', () => {
  const report = { do: 'fail', isFinal: true } as const;

  const alone = decideReport(policy, delivery(), report, when);
  const ordered = decideReport(policy, delivery({ orderKey: 'k' }), report, when);

  const buried = { do: 'bury', reason: 'receiver_failed', disables: null, failingSince: now };
  assert.deepEqual(alone, { ...buried, holdsKey: false });
  assert.deepEqual(ordered, { ...buried, holdsKey: true });
});

test('progress gives the same time again, but not for ever', () => {
  const late = later(start, limits.ackExtendMs - 1_000);
  const report = { do: 'progress' } as const;

  const usual = decideReport(policy, delivery(), report, when);
  const last = decideReport(policy, delivery(), report, { ...when, now: late });

  assert.deepEqual(usual, { do: 'wait', ackBy: later(now, 90_000) });
  assert.deepEqual(last, { do: 'wait', ackBy: later(start, limits.ackExtendMs) });
});

const rows: [because: string, parts: Partial<Delivery>, expected: boolean][] = [
  ['it was never tried', { attemptCount: 0 }, false],
  ['its last attempt was accepted', {}, true],
  ['its last attempt failed', { failingSince: start }, false],
  ['the attempts that it had were ours to end', { attemptCount: 2, budgetFrom: 2 }, false],
];
for (const [because, parts, expected] of rows) {
  test(`a pending delivery awaits a report: ${expected}, because ${because}`, () => {
    assert.equal(awaitsAck(delivery(parts)), expected);
  });
}
