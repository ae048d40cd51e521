import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptId, EndpointId, EventId } from '../../server/src/core/ids.ts';
import type { NodeId, Position } from '../../server/src/core/ids.ts';
import { endpointResource } from '../../server/src/store/contract/sample.ts';
import { at, attemptRecord, bytes, guardedWrite } from '../../server/src/store/contract/sample.ts';
import { change, latest, planned } from '../../server/src/store/contract/arrange-coalescing.ts';
import { terminal } from '../../server/src/store/contract/arrange-coalescing.ts';
import type { AcceptAnswer, Coalescing, GuardedWrite } from '../../server/src/store/queue.ts';
import type { Fact } from '../fact.ts';
import { History } from '../history.ts';
import type { Law } from './law.ts';
import { mergedChanges } from './merged-changes.ts';
import { sequences } from './sequences.ts';
import { superseding } from './superseding.ts';
import { taskEnds } from './task-ends.ts';

const life = 'node-a1' as NodeId;
const { value: endpoint } = endpointResource();
const endpointId: EndpointId = endpoint.id;
const shard = { shard: { cell: 0, number: 0 }, epoch: 1 } as const;

type Parts = {
  readonly type?: string;
  readonly data?: string;
  readonly write?: Partial<GuardedWrite>;
  readonly answer?: Partial<AcceptAnswer & { is: 'accepted' }>;
};

let position = 0;

/** An event with one delivery, as accepted. */
function report(coalescing: Coalescing, { type, data, write, answer }: Parts = {}) {
  const { id, ...plan } = planned(endpointId, coalescing, { orderKey: 'k' });
  const event = { ...plan.event, ...(type === undefined ? {} : { type }) };
  const told = data === undefined ? event : { ...event, data: bytes(data) };
  const writes = write === undefined ? [] : [guardedWrite(write)];
  position += 2;
  const said = { is: 'accepted', position: position as Position, followers: [] } as const;
  const accepted: Fact = {
    ...{ atMs: 1, life, is: 'accept_committed' },
    planned: { ...plan, event: told, writes },
    answer: { ...said, ...answer },
  };
  return { id, event: told, position: said.position, accepted };
}

type Report = ReturnType<typeof report>;

function started({ id: deliveryId, event, position: at_ }: Report, data?: string): Fact {
  const order = {
    ...{ attemptId: `att_${deliveryId}` as AttemptId, deliveryId, number: 1 },
    ...{ isReplay: false, endpoint, endpointVersion: 1, isOneOff: false },
    ...{ dueAt: at(0), startedAt: at(0) },
    event: { ...event, position: at_, ...(data === undefined ? {} : { data: bytes(data) }) },
  };
  return { atMs: 2, life, is: 'started', order, nodeNow: at(2) };
}

const standsFor = (superseded: readonly Report[], merged: { from: number; to: number } | null) => ({
  placed: [{ index: 0, dueAt: at(0), merged, supersededCount: superseded.length }],
  superseded: superseded.map(({ id: deliveryId }) => ({ deliveryId, endpointId })),
});

const first = report(latest());
const kept = report(latest({ isKept: true }));
const other = report(latest({ part: 'reasoning' }));
const newer = (of: Report, coalescing = latest()) =>
  report(coalescing, { answer: standsFor([of], null) });

const task = (sequence: number, type = 'task.progress', id = 't-1') =>
  report(terminal, {
    ...{ type, data: JSON.stringify({ sequence }) },
    write: { kind: 'task', id, expects: sequence === 1 ? null : sequence - 1 },
  });
const ended = task(1, 'task.completed');
const startedTask = task(1, 'task.started');
const endedAfter = task(2, 'task.completed');

const entity = (version: number, changes: object, answer = {}) =>
  report(change(version), {
    data: JSON.stringify({ changes, version }),
    write: { kind: 'entity', id: 'c-1', expects: version === 1 ? null : version - 1 },
    answer: { ...standsFor([], { from: version, to: version }), ...answer },
  });
const changed = entity(1, { a: { old: 1, new: 2 } });
const merged = entity(2, { a: { old: 2, new: 3 } }, standsFor([changed], { from: 1, to: 2 }));
const gap = report(change(2), { answer: standsFor([changed], { from: 2, to: 2 }) });
const told = (changes: object) => JSON.stringify({ changes, version: 2 });
const newerOfFirst = newer(first);

const noChange: Fact = {
  ...{ atMs: 3, life, is: 'record_committed', answer: { is: 'moved', promoted: null } },
  record: attemptRecord(
    {
      ...{ id: merged.id, endpointId, subscriptionId: null, orderKey: 'k', isReplay: false },
      ...{ position: 1 as Position, tenantId: endpoint.tenantId, eventId: 'evt_1' as EventId },
      ...{ eventPosition: 1 as Position, createdAt: at(0), firstDueAt: at(0), dueAt: at(0) },
      ...{ attemptCount: 0, budgetFrom: 0, failingSince: null },
    },
    shard,
    { attempt: null, next: { is: 'cancelled', reason: 'no_change' } },
  ),
};

const plantings: [because: string, law: () => Law, wrong: RegExp, facts: Fact[]][] = [
  ['what was to be kept', superseding, /to be kept/, [kept.accepted, newer(kept).accepted]],
  ['another step', superseding, /of the part/, [other.accepted, newer(other).accepted]],
  ['what is over', superseding, /while undefined/, [newer(first).accepted]],
  [
    'fewer are told of than it stands for',
    superseding,
    /stands for 0, not 1/,
    [
      first.accepted,
      report(latest(), { answer: { superseded: standsFor([first], null).superseded } }).accepted,
    ],
  ],
  [
    'it is sent after what took its place',
    superseding,
    /goes after/,
    [first.accepted, newerOfFirst.accepted, started(newerOfFirst), started(first)],
  ],
  [
    'what a window had gathered is dropped',
    superseding,
    /told of no more/,
    [changed.accepted, gap.accepted],
  ],
  ['a number is left out', sequences, /3 after 1/, [task(1).accepted, task(3).accepted]],
  ['a number comes twice', sequences, /1 after 1/, [task(1).accepted, task(1).accepted]],
  ['it goes on after its end', taskEnds, /has ended/, [ended.accepted, task(2).accepted]],
  [
    'a report is sent after the end',
    taskEnds,
    /after the end/,
    [startedTask.accepted, endedAfter.accepted, started(endedAfter), started(startedTask)],
  ],
  [
    'the last change alone is told',
    mergedChanges,
    /tells .* not/,
    [changed.accepted, merged.accepted, started(merged, told({ a: { old: 2, new: 3 } }))],
  ],
  [
    'a repeat has other bytes',
    mergedChanges,
    /other bytes/,
    [
      ...[changed.accepted, merged.accepted],
      started(merged, told({ a: { old: 1, new: 3 } })),
      started(merged, ` ${told({ a: { old: 1, new: 3 } })}`),
    ],
  ],
  [
    'a single change is rewritten',
    mergedChanges,
    /as it came/,
    [changed.accepted, started(changed, told({ a: { old: 1, new: 2 } }))],
  ],
  [
    'what is left is not told',
    mergedChanges,
    /something to tell/,
    [changed.accepted, merged.accepted, noChange],
  ],
];
for (const [because, law, wrong, facts] of plantings) {
  test(`a history is found wrong (${law().says}): ${because}`, () => {
    const history = new History([law()]);

    for (const fact of facts) history.add(fact);

    assert.match(history.violation ?? 'nothing', wrong);
  });
}

test('a history in which all goes well is not found wrong', () => {
  const history = new History([superseding(), sequences(), taskEnds(), mergedChanges()]);
  const reports = [first, newerOfFirst].map(({ accepted }) => accepted);
  const entities = [changed.accepted, merged.accepted];

  for (const fact of [...reports, started(first), ...entities]) history.add(fact);
  history.add(started(merged, told({ a: { old: 1, new: 3 } })));

  assert.equal(history.violation, null);
});
