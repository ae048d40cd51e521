import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../server/src/core/attempt.ts';
import type { Endpoint } from '../../server/src/core/endpoint.ts';
import type { NodeId, Position } from '../../server/src/core/ids.ts';
import { shardOf } from '../../server/src/core/shard.ts';
import type { SendOrder } from '../../server/src/destinations/destination.ts';
import {
  at,
  attemptRecord,
  bytes,
  endpointResource,
  plannedDelivery,
  plannedEvent,
  sampleAttempt,
  sampleHealth,
  subscriptionResource,
} from '../../server/src/store/contract/sample.ts';
import type { AttemptRecord, PlannedDelivery, RecordAnswer } from '../../server/src/store/queue.ts';
import type { Fact } from '../fact.ts';
import { History } from '../history.ts';
import { allLaws } from './all.ts';

const a = 'node-a1' as NodeId;
const b = 'node-b1' as NodeId;
const retry = { kind: 'exponential', initialMs: 1_000, factor: 2, maxDelayMs: 60_000, jitter: 0.1 };
const { value: endpoint } = endpointResource({
  retry: { ...retry, kind: 'exponential', maxAttempts: 3 },
  breaker: { failuresInARow: 2, openMs: 60_000 },
  maxInFlight: 1,
});
const subscription = subscriptionResource({ endpointId: endpoint.id });
const shard = { shard: shardOf(endpoint.id), epoch: 7 };
const first = plannedDelivery({ endpointId: endpoint.id, orderKey: 'k' });
const second = plannedDelivery({ endpointId: endpoint.id, orderKey: 'k' });
const unordered = plannedDelivery({ endpointId: endpoint.id });
const answered = (status: number, retryAfterMs: number | null = null): Outcome => {
  return { kind: 'answered', status, retryAfterMs };
};

const catalogue = (parts: Partial<Endpoint> = {}): Fact => ({
  ...{ atMs: 0, life: a, is: 'catalogue_committed' },
  resources: [endpointResource({ ...endpoint, ...parts }), subscription].map((each) => {
    const stored = { version: 1, catalogueVersion: 1, position: 1 as Position, isRemoved: false };
    return { ...each, ...stored };
  }),
});

const leased = (life = a, epoch = 7): Fact => {
  return { atMs: 0, life, is: 'lease_committed', held: [{ ...shard, epoch }] };
};

const accepted = (...deliveries: PlannedDelivery[]): Fact[] => {
  return deliveries.map((each) => saved([each], deliveries.indexOf(each)));
};

const saved = (deliveries: readonly PlannedDelivery[], index = 0): Fact => ({
  ...{ atMs: 1, life: a, is: 'accept_committed' },
  planned: plannedEvent({ event: { data: bytes('{"size":1}') }, deliveries }),
  answer: { is: 'accepted', position: (10 + 2 * index) as Position, followers: [] },
});

type StartParts = { atMs?: number; life?: NodeId; number?: number; version?: number };

const orderOf = (delivery: PlannedDelivery, parts: StartParts = {}): SendOrder => {
  const { number = 1, version = 1 } = parts;
  const pending = pendingOf(delivery, number - 1);
  return {
    ...{ attemptId: `att_${delivery.id}_${number}` as SendOrder['attemptId'] },
    ...{ deliveryId: delivery.id, number, isReplay: false, endpoint, endpointVersion: version },
    ...{ dueAt: at(0), startedAt: at(0), isOneOff: false },
    event: { ...plannedEvent().event, position: pending.eventPosition },
  };
};

const started = (delivery: PlannedDelivery, parts: StartParts = {}): Fact => {
  const { atMs = 10, life = a } = parts;
  return { atMs, life, is: 'started', order: orderOf(delivery, parts), nodeNow: at(atMs) };
};

const ended = (delivery: PlannedDelivery, outcome: Outcome, parts: StartParts = {}): Fact => {
  const { atMs = 20, life = a } = parts;
  return { atMs, life, is: 'ended', order: orderOf(delivery, parts), outcome, nodeNow: at(atMs) };
};

const pendingOf = (delivery: PlannedDelivery, attemptCount = 0) => ({
  ...delivery,
  ...{ position: 11 as Position, tenantId: endpoint.tenantId, eventPosition: 10 as Position },
  ...{ eventId: plannedEvent().event.id, createdAt: at(0), firstDueAt: at(0), attemptCount },
  ...{ budgetFrom: 0, failingSince: null },
});

const recordOf = (
  delivery: PlannedDelivery,
  parts: Partial<AttemptRecord> = {},
  number = 1,
): AttemptRecord => {
  const pending = pendingOf(delivery, number - 1);
  const { attemptId } = orderOf(delivery, { number });
  const isWell = (parts.next ?? { is: 'delivered' }).is === 'delivered';
  const status = isWell ? 'succeeded' : 'failed';
  const attempt = sampleAttempt(pending, { id: attemptId, number, status });
  return attemptRecord(pending, shard, { at: at(20), attempt, ...parts });
};

const recorded = (record: AttemptRecord, life = a): Fact => {
  const answer: RecordAnswer = { is: 'moved', promoted: null };
  return { atMs: 30, life, is: 'record_committed', record, answer };
};

const waits = (dueAt: number, budgetFrom = 0): Partial<AttemptRecord> => {
  return { next: { is: 'pending', dueAt: at(dueAt), budgetFrom }, failingSince: at(20) };
};

const dead: Partial<AttemptRecord> = {
  next: { is: 'dead', reason: 'attempts_exhausted', holdsKey: false },
};

const begun = [catalogue(), leased(), ...accepted(first, second)];
const quiet: Fact = {
  ...{ atMs: 99, is: 'quiet', deliveries: [], attempts: [], idleCallsPerSecond: 0 },
  eventIds: new Set(),
};
const opened = sampleHealth(
  { endpointId: endpoint.id, tenantId: endpoint.tenantId },
  { breaker: { is: 'open', since: at(20), probeAt: at(60_020), openMs: 60_000 } },
);
const saysOpen: Fact = {
  ...{ atMs: 20, life: a, is: 'called', verb: 'record' },
  args: [recordOf(first, { health: opened })],
};
const stillClosed = sampleHealth({ endpointId: endpoint.id, tenantId: endpoint.tenantId });
const longFailure = [1, 20_000].flatMap((atMs, index): Fact[] => [
  started(first, { atMs, number: index + 1 }),
  ended(first, answered(500), { atMs: atMs + 1, number: index + 1 }),
  {
    ...{ atMs: atMs + 1, life: a, is: 'called', verb: 'record' },
    args: [recordOf(first, { ...waits(atMs + 1_001), health: stillClosed }, index + 1)],
  },
  recorded(
    recordOf(first, { ...waits(atMs + 1_000 * (index + 1) + 1), at: at(atMs + 1) }, index + 1),
  ),
  { ...leased(), atMs: 4_000 + atMs },
  { ...leased(), atMs: 9_000 + atMs },
  { ...leased(), atMs: 14_000 + atMs },
  { ...leased(), atMs: 19_000 + atMs },
]);
const eventId = plannedEvent().event.id;
const acknowledged: Fact = { atMs: 5, life: a, is: 'accepted', eventId, deliveryCount: 1 };
const changeOf = (to: 'retry' | 'cancel'): Fact => ({
  ...{ atMs: 40, life: a, is: 'change_committed' },
  change: { tenantId: endpoint.tenantId, deliveryId: first.id, at: at(40), to },
  answer: {
    ...{ is: 'changed', endpointId: endpoint.id, promoted: null },
    delivery: to === 'cancel' ? null : { ...pendingOf(first, 2), budgetFrom: 1 },
  },
});

const plantings: [law: RegExp, because: string, history: Fact[]][] = [
  [/nothing.*lost/, 'it was acknowledged and never saved', [acknowledged]],
  [/fan-out/, 'an endpoint that matches is left out', [catalogue(), saved([])]],
  [/fan-out/, 'an endpoint gets one event twice', [catalogue(), saved([first, second])]],
  [
    /fan-out/,
    'a disabled endpoint is planned for',
    [catalogue({ status: { is: 'disabled', reason: 'asked', at: at(0) } }), saved([first])],
  ],
  [/one epoch/, 'two owners hold one epoch', [leased(a), leased(b)]],
  [
    /one epoch/,
    'the owner before moves a delivery',
    [
      ...begun,
      started(first),
      ended(first, answered(200)),
      leased(b, 8),
      recorded(recordOf(first)),
    ],
  ],
  [
    /numbers/,
    'the first attempt is numbered 2',
    [
      ...begun,
      started(first, { number: 2 }),
      ended(first, answered(500), { number: 2 }),
      recorded(recordOf(first, waits(1_020), 2)),
    ],
  ],
  [/overlap/, 'two nodes send at once', [...begun, started(first), started(first, { life: b })]],
  [
    /given away/,
    'an attempt is under way',
    [...begun, started(first), { atMs: 12, life: a, is: 'release_committed', shards: [shard] }],
  ],
  [
    /wait for their time/,
    'it is due later',
    [
      ...begun,
      started(first),
      ended(first, answered(500)),
      recorded(recordOf(first, waits(1_020))),
      started(first, { atMs: 500, number: 2 }),
    ],
  ],
  [
    /wait for their time/,
    'it waits for less than its policy says',
    [...begun, started(first), ended(first, answered(500)), recorded(recordOf(first, waits(520)))],
  ],
  [
    /wait for their time/,
    'it does not heed Retry-After',
    [
      ...begun,
      started(first),
      ended(first, answered(429, 9_000)),
      recorded(recordOf(first, waits(1_020))),
    ],
  ],
  [
    /budget/,
    'it is given up too early',
    [...begun, started(first), ended(first, answered(500)), recorded(recordOf(first, dead))],
  ],
  [
    /budget/,
    'an interrupted attempt is counted',
    [
      ...begun,
      started(first),
      ended(first, { kind: 'interrupted' }),
      recorded(recordOf(first, { ...waits(20), attempt: interrupted() })),
    ],
  ],
  [/budget/, 'a retry leaves the old budget', [...begun, changeOf('retry')]],
  [/order/, 'a later one overtakes', [...begun, started(second)]],
  [
    /order/,
    'two of a key are in flight',
    [...begun, started(first), changeOf('cancel'), started(second)],
  ],
  [
    /as it was before/,
    'it was changed here',
    [...begun, { atMs: 5, life: a, is: 'endpoint_answered', endpoint, version: 2 }, started(first)],
  ],
  [
    /as it was before/,
    'it was changed elsewhere long ago',
    [
      ...begun,
      { atMs: 5, life: b, is: 'endpoint_answered', endpoint, version: 2 },
      started(first, { atMs: 12_006 }),
    ],
  ],
  [
    /was cancelled/,
    'its cancel was answered here',
    [
      ...begun,
      { atMs: 5, life: a, is: 'change_answered', deliveryId: first.id, to: 'cancel' },
      started(first, { number: 2 }),
    ],
  ],
  [/too old/, 'a week has passed', [...begun, started(first, { atMs: endpoint.maxAgeMs + 1 })]],
  [
    /has ended/,
    'it was delivered before',
    [
      ...begun,
      started(first),
      ended(first, answered(200)),
      recorded(recordOf(first)),
      started(first, { atMs: 5_000, number: 2 }),
    ],
  ],
  [
    /bounded/,
    'more are in flight than may',
    [...begun, saved([unordered], 2), started(first), started(unordered)],
  ],
  [/bounded/, 'an idle node works', [{ ...quiet, idleCallsPerSecond: 50 }]],
  [
    /log tells/,
    'what failed is called delivered',
    [...begun, started(first), ended(first, answered(500)), recorded(recordOf(first))],
  ],
  [/breaker/, 'it goes while open', [...begun, saysOpen, started(first, { atMs: 30 })]],
  [/breaker/, 'failures in a row do not open it', [...begun, ...longFailure]],
];

function interrupted() {
  const { attempt } = recordOf(first, waits(20));
  assert.ok(attempt !== null);
  return { ...attempt, error: 'interrupted' as const };
}

for (const [law, because, facts] of plantings) {
  test(`a history is found wrong (${law.source}): ${because}`, () => {
    const history = new History(allLaws({ isShared: true }));

    for (const fact of facts) history.add(fact);

    assert.match(history.violation ?? 'nothing', law);
  });
}

test('a history in which all goes well is not found wrong', () => {
  const history = new History(allLaws({ isShared: true }));
  const failing = [
    ...[started(first), ended(first, answered(500)), recorded(recordOf(first, waits(1_020)))],
    started(first, { atMs: 1_020, number: 2 }),
  ];

  for (const fact of [...begun, ...failing]) history.add(fact);

  assert.equal(history.violation, null);
});
