import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PendingDelivery } from '../../../core/delivery.ts';
import type { Position } from '../../../core/ids.ts';
import { shardOf } from '../../../core/shard.ts';
import {
  acme,
  at,
  attemptRecord,
  bytes,
  deadRecord,
  failedRecord,
  guardedWrite,
  idempotencyRow,
  plannedDelivery,
  plannedEvent,
  sampleHealth,
} from '../../contract/sample.ts';
import { replayRequest } from '../../contract/arrange-replay.ts';
import { sampleId } from '../../contract/sample-id.ts';
import type { Call } from '../protocol.ts';
import { fromAnswerRows, toAnswerRows } from './answer-rows.ts';
import { fromCallsMessage, toCallsMessage } from './calls-message.ts';

const fullWrite = guardedWrite({
  expects: 3,
  group: 'conversation_1',
  state: 'open',
  wakeAt: at(9),
  hasHistory: true,
  note: bytes('[]'),
  content: Uint8Array.of(0xff, 0, 0xfe),
});

const latest = {
  ...({ is: 'latest', group: 'task:t-1', part: 'analyzing' } as const),
  ...({ isKept: false, supersedes: 'part' } as const),
};
const window = {
  ...({ is: 'window', group: 'contact', version: 3 } as const),
  ...{ windowMs: 1_000, maxWaitMs: 5_000 },
};

/** A call as it arrives behind a real message between threads. */
function cross(calls: readonly Call[]): Call[] {
  const message = toCallsMessage(calls);
  const transfer = message.block === null ? [] : [message.block.buffer];
  return fromCallsMessage(structuredClone(message, { transfer }));
}

function pending(parts: Partial<PendingDelivery> = {}): PendingDelivery {
  const { dueAt, ...planned } = plannedDelivery({ orderKey: 'contact_1' });
  return {
    ...planned,
    position: 12 as Position,
    tenantId: acme,
    eventId: plannedEvent().event.id,
    eventPosition: 11 as Position,
    createdAt: at(1),
    firstDueAt: at(2),
    dueAt,
    attemptCount: 3,
    budgetFrom: 1,
    failingSince: at(5),
    ...parts,
  };
}

test('a planned event arrives with every field, its bytes exact', () => {
  const plain = plannedEvent();
  const full = plannedEvent({
    event: {
      data: Uint8Array.of(0xff, 0, 0xfe),
      source: 'crm',
      key: 'k',
      entity: { type: 'contact', id: 'contact_1' },
      causationId: plain.event.id,
      hops: 3,
      metadata: { a: [1, { b: null }] },
      ceId: 'foreign id',
      trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, state: 'v=1' },
    },
    deliveries: [
      plannedDelivery(),
      plannedDelivery({ orderKey: '', isReplay: true }),
      plannedDelivery({ coalescing: latest }),
      plannedDelivery({ coalescing: window }),
      plannedDelivery({ isHeld: true }),
    ],
    writes: [guardedWrite(), fullWrite],
    idempotency: idempotencyRow({ body: bytes('{"secret":1}') }),
    isCallersId: true,
    replay: { id: sampleId('replay'), request: replayRequest({ only: 'missing' }) },
  });
  const calls = [{ id: 7, name: 'accept', asked: [plain, full] }] as const;

  const arrived = cross(calls);

  assert.deepEqual(arrived, calls);
});

test('a record arrives with every field, its bytes exact', () => {
  const delivery = pending();
  const held = { shard: shardOf(delivery.endpointId), epoch: 4 };
  const health = sampleHealth(delivery);
  const records = [
    attemptRecord(delivery, held),
    { ...failedRecord(delivery, held, at(9)), health, failingSince: at(3) },
    { ...deadRecord(delivery, held), attempt: null, disables: 'gone' },
  ] as const;

  const arrived = cross([{ id: 1, name: 'record', asked: records }]);

  assert.deepEqual(arrived, [{ id: 1, name: 'record', asked: records }]);
});

test('payloads of several calls in one message stay apart', () => {
  const one = plannedEvent({ event: { data: bytes('one') } });
  const two = plannedEvent({ event: { data: bytes('second') } });

  const arrived = cross([
    { id: 1, name: 'accept', asked: [one] },
    { id: 2, name: 'dueEndpoints', asked: { limit: 3 } },
    { id: 3, name: 'accept', asked: [two] },
  ]);

  assert.deepEqual(
    arrived.map(({ asked }) => asked),
    [[one], { limit: 3 }, [two]],
  );
});

const promoted = pending();
const merged = pending({ merged: { from: 2, to: 4 }, supersededCount: 2 });
const newest = pending({ supersededCount: 7 });
const placed = [
  { index: 0, dueAt: at(3), merged: { from: 2, to: 4 }, supersededCount: 2 },
  { index: 2, dueAt: at(4), merged: null, supersededCount: 1 },
];
const superseded = [merged, newest].map(({ id, endpointId }) => ({ deliveryId: id, endpointId }));
const answers = [
  ['accept', [{ is: 'accepted', position: 5, followers: [] }]],
  ['accept', [{ is: 'accepted', position: 5, followers: [1, 2] }]],
  ['accept', [{ is: 'accepted', position: 5, followers: [], placed }]],
  ['accept', [{ is: 'accepted', position: 5, followers: [1], superseded, promoted: [merged] }]],
  ['accept', [{ is: 'stale_catalogue', version: 9 }]],
  ['record', [{ is: 'moved', promoted: null }]],
  ['record', [{ is: 'moved', promoted }]],
  ['record', [{ is: 'kept', state: { is: 'delivered', at: at(1) } }, { is: 'lease_lost' }]],
  ['loadDue', [merged, newest, pending({ merged: { from: 1, to: 1 } })]],
  ['loadDue', [promoted, pending({ orderKey: null, subscriptionId: null, failingSince: null })]],
  ['prune', { count: 3, isDone: true }],
] as const;
for (const [name, answer] of answers) {
  const shown = JSON.stringify(answer).slice(0, 60);

  test(`an answer to ${name} is read as it was given: ${shown}`, () => {
    const read = fromAnswerRows(name, structuredClone(toAnswerRows(name, answer)));

    assert.deepEqual(read, answer);
  });
}
