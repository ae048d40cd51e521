import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AckReport } from '../../server/src/core/ack/decide-report.ts';
import type { AttemptId, NodeId, Position } from '../../server/src/core/ids.ts';
import { limits } from '../../server/src/core/limits.ts';
import { shardOf } from '../../server/src/core/shard.ts';
import type { SendOrder } from '../../server/src/destinations/destination.ts';
import {
  at,
  attemptRecord,
  endpointResource,
  plannedDelivery,
  plannedEvent,
  sampleAttempt,
  subscriptionResource,
} from '../../server/src/store/contract/sample.ts';
import type { NextState, PlannedDelivery } from '../../server/src/store/queue.ts';
import type { Fact } from '../fact.ts';
import { History } from '../history.ts';
import { acceptedEnds } from './accepted-ends.ts';
import { ackDeadlines } from './ack-deadlines.ts';
import { acks } from './acks.ts';
import { backoff } from './backoff.ts';
import { budget } from './budget.ts';
import { spreadMs } from './endpoint-changes.ts';
import type { Law } from './law.ts';
import { order as ordered } from './order.ts';
import { reportsMove } from './reports-move.ts';
import { trueLog } from './true-log.ts';

const here = 'node-a1' as NodeId;
const there = 'node-b1' as NodeId;
const withinMs = 4_000;
const endpoint = endpointResource();
const endpointId = endpoint.value.id;
const shard = { shard: shardOf(endpointId), epoch: 1 };
const wishing = subscriptionResource({ endpointId, ack: { withinMs } });
const plan = { endpointId, subscriptionId: wishing.value.id, orderKey: 'k' };
const first = plannedDelivery(plan);
const second = plannedDelivery(plan);
const planned = plannedEvent({ deliveries: [first, second] });
const { tenantId } = planned.event;

const begins: Fact[] = [
  {
    ...{ atMs: 0, life: here, is: 'catalogue_committed' },
    resources: [endpoint, wishing].map((each) => {
      const stored = { version: 1, catalogueVersion: 1, position: 1 as Position, isRemoved: false };
      return { ...each, ...stored };
    }),
  },
  {
    ...{ atMs: 1, life: here, is: 'accept_committed', planned },
    answer: { is: 'accepted', position: 10 as Position, followers: [] },
  },
];

type Parts = { atMs?: number; life?: NodeId; number?: number };

function orderOf({ id }: PlannedDelivery, number: number): SendOrder {
  return {
    ...{ attemptId: `att_${id}_${number}` as AttemptId, deliveryId: id, number },
    ...{ isReplay: false, isOneOff: false, endpoint: endpoint.value, endpointVersion: 1 },
    ...{ dueAt: at(0), startedAt: at(10), ackToken: 'token' },
    event: { ...planned.event, position: 10 as Position },
  };
}

function started({ atMs = 10, life = here, number = 1 }: Parts = {}, delivery = first): Fact {
  const order = orderOf(delivery, number);
  return { atMs, life, is: 'started', order, nodeNow: at(atMs) };
}

function ended(status = 202): Fact {
  const outcome = { kind: 'answered', status, retryAfterMs: null } as const;
  return { atMs: 20, life: here, is: 'ended', order: orderOf(first, 1), outcome, nodeNow: at(20) };
}

function recordOf(next: NextState, isSent = true) {
  const pending = {
    ...{ ...first, position: 11 as Position, tenantId, eventId: planned.event.id },
    ...{ eventPosition: 10 as Position, createdAt: at(0), firstDueAt: at(0) },
    ...{ attemptCount: isSent ? 0 : 1, budgetFrom: 0, failingSince: null },
  };
  const id = orderOf(first, 1).attemptId;
  const attempt = isSent ? sampleAttempt(pending, { id, status: 'succeeded' }) : null;
  return attemptRecord(pending, shard, { at: at(30), attempt, next });
}

function recorded(next: NextState = waitsUntil(30 + withinMs), isSent = true): Fact {
  const answer = { is: 'moved', promoted: null } as const;
  return { atMs: 30, life: here, is: 'record_committed', record: recordOf(next, isSent), answer };
}

function waitsUntil(ms: number): NextState {
  return { is: 'pending', dueAt: at(ms), budgetFrom: 0 };
}

const exhausted = { is: 'dead', reason: 'attempts_exhausted', holdsKey: false } as const;

function givenUp(ms: number): Fact {
  const record = { ...recordOf(exhausted, false), at: at(ms) };
  return { atMs: ms, life: here, is: 'called', verb: 'record', args: [record] };
}

function says(report: AckReport, life = here): Fact {
  return { atMs: 40, life, is: 'reporting', deliveryId: first.id, number: 1, report };
}

function answered(report: AckReport, life = here): Fact {
  const of = { deliveryId: first.id, number: 1, report };
  return { atMs: 60, life, is: 'report_answered', ...of, answer: 'taken' };
}

function moved(kind: AckReport['do'], next: NextState): Fact {
  return {
    ...{ atMs: 50, life: here, is: 'change_committed' },
    change: {
      ...{ tenantId, deliveryId: first.id, at: at(50), to: 'report', attemptCount: 1 },
      ...{ failingSince: null, next, report: { kind, number: 1, note: null } },
    },
    answer: { is: 'changed', endpointId, delivery: null, promoted: null },
  };
}

const retried: Fact = {
  ...{ atMs: 55, life: here, is: 'change_committed', answer: { is: 'unknown' } },
  change: { tenantId, deliveryId: first.id, at: at(55), to: 'retry' },
};
const ack: AckReport = { do: 'ack' };
const progress: AckReport = { do: 'progress' };
const acked = moved('ack', { is: 'delivered' });
const longer = moved('progress', waitsUntil(50 + withinMs));
const waits = [started(), ended(), recorded()];
const done = [...waits, says(ack), acked, answered(ack)];
const unsentDead = recorded(exhausted, false);
const quiet: Fact = {
  ...{ atMs: 99, is: 'quiet', deliveries: [], attempts: [], idleCallsPerSecond: 0 },
  eventIds: new Set(),
};
const standing = {
  ...{ id: first.id, position: 11 as Position, tenantId, eventId: planned.event.id },
  ...{ eventPosition: 10 as Position, endpointId, subscriptionId: null, orderKey: null },
  ...{ isReplay: false, createdAt: at(0), firstDueAt: at(0), attemptCount: 1, budgetFrom: 0 },
  failingSince: null,
};
const asPending = { ...standing, state: { is: 'pending', dueAt: at(40) } } as const;
const asDelivered = { ...standing, state: { is: 'delivered', at: at(40) } } as const;

const plantings: [because: string, law: () => Law, wrong: RegExp, facts: Fact[]][] = [
  ['a 202 delivers', acceptedEnds, /by a 202/, [started(), ended(), recorded({ is: 'delivered' })]],
  ['a 202 delivers (log)', trueLog, /delivered by/, [ended(), recorded({ is: 'delivered' })]],
  ['nobody had said so', acceptedEnds, /nobody said/, [...waits, acked]],
  [
    'in the end nobody has said so',
    acceptedEnds,
    /nobody said/,
    [...waits, { ...quiet, deliveries: [asDelivered] }],
  ],
  ['it goes here though it is done', acks, /was done/, [...done, started({ atMs: 70, number: 2 })]],
  [
    'it goes there long after it was done',
    acks,
    /was done/,
    [...done, started({ atMs: 61 + spreadMs, life: there, number: 2 })],
  ],
  ['it is ended twice', reportsMove, /was delivered/, [...done, acked]],
  ['progress comes after its end', reportsMove, /was delivered/, [...done, longer]],
  [
    'the record of the 202 comes after what was said',
    reportsMove,
    /undoes/,
    [started(), ended(), moved('fail', waitsUntil(1_000)), recorded()],
  ],
  ['it is given up though it may go again', budget, /given up/, [...waits, unsentDead]],
  [
    'a failure that was reported ends it though it may go again',
    budget,
    /given up/,
    [...waits, moved('fail', exhausted)],
  ],
  [
    'it waits for longer than was wished',
    backoff,
    /waits 5000 ms/,
    [...[started(), ended(), recorded(waitsUntil(5_030))]],
  ],
  [
    'it goes before its deadline',
    backoff,
    /early/,
    [...waits, started({ atMs: 4_000, number: 2 })],
  ],
  [
    'progress gives more than was wished',
    ackDeadlines,
    /4001 ms more/,
    [...waits, moved('progress', waitsUntil(51 + withinMs))],
  ],
  [
    'progress goes on for ever',
    ackDeadlines,
    /1 ms too long in all/,
    [...waits, moved('progress', waitsUntil(11 + limits.ackExtendMs))],
  ],
  [
    'it goes here before the deadline that was answered',
    ackDeadlines,
    /before its deadline/,
    [...waits, longer, answered(progress), started({ atMs: 4_040, number: 2 })],
  ],
  [
    'it is given up before the deadline that was answered',
    ackDeadlines,
    /is given up/,
    [...waits, longer, answered(progress), givenUp(4_040)],
  ],
  ['it waits in the end', ackDeadlines, /still waits/, [{ ...quiet, deliveries: [asPending] }]],
  ['the next of its key goes', ordered, /overtakes/, [...waits, started({ atMs: 40 }, second)]],
];
for (const [because, law, wrong, facts] of plantings) {
  test(`a history is found wrong (${law().says}): ${because}`, () => {
    const history = new History([law()]);

    for (const fact of [...begins, ...facts]) history.add(fact);

    assert.match(history.violation ?? 'nothing', wrong);
  });
}

const fine: [because: string, facts: Fact[]][] = [
  ['it waits, is done, and the next goes', [...done, started({ atMs: 70 }, second)]],
  ['an ack that was not answered yet still counts', [...waits, says(ack), acked]],
  ['another node has not heard of it', [...done, started({ atMs: 70, life: there, number: 2 })]],
  ['it is sent again when the report is late', [...waits, started({ atMs: 4_030, number: 2 })]],
  [
    'it is sent again after more time',
    [...waits, longer, answered(progress), started({ atMs: 4_050, number: 2 })],
  ],
  [
    'another node has not heard of more time',
    [...waits, longer, answered(progress), started({ atMs: 4_040, life: there, number: 2 })],
  ],
  [
    'a person had it tried again before its 202 was recorded',
    [started(), ended(), moved('fail', waitsUntil(1_000)), retried, recorded()],
  ],
  ['it is given up when its last report is late', [...waits, givenUp(4_030)]],
];
for (const [because, facts] of fine) {
  test(`a history is not found wrong: ${because}`, () => {
    const laws = [acceptedEnds(), ackDeadlines(), acks(), backoff(), budget(), reportsMove()];
    const history = new History([...laws, ordered(), trueLog()]);

    for (const fact of [...begins, ...facts]) history.add(fact);

    assert.equal(history.violation, null);
  });
}
