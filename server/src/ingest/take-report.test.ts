import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AckReport } from '../core/ack/decide-report.ts';
import type { PendingDelivery } from '../core/delivery.ts';
import { owe, readDelivery, recordMoved } from '../store/contract/arrange.ts';
import { acme, at, attemptRecord } from '../store/contract/sample.ts';
import { OpenedDoor } from './contract/opened-door.ts';
import { takeReport } from './take-report.ts';
import type { ReportAnswer } from './take-report.ts';

const ack: AckReport = { do: 'ack' };
const progress: AckReport = { do: 'progress' };
const now = at(500);
const accepted = { next: { is: 'pending', dueAt: at(60_000), budgetFrom: 0 } } as const;

/** A delivery whose receiver reports, and what its owner here is told of that. */
async function stage() {
  const door = await OpenedDoor.open();
  const endpointId = await door.subscribe();
  const { delivery, held } = await owe(door.store, { endpointId });
  const told: (string | null)[] = [];
  const deps = {
    ...{ store: door.store, mirror: door.mirror },
    clock: { now: () => now, monotonicMs: () => 0, wallSeconds: () => 0 },
    chance: { sample: () => 0, bytes: (count: number) => new Uint8Array(count) },
    reported: (_: unknown, as: string | null) => void told.push(as),
  };
  const scope = { tenantId: acme, deliveryId: delivery.id, number: 1, startedAt: at(0) };
  return {
    ...{ door, delivery, told },
    accept: () => recordMoved(door.store, attemptRecord(delivery, held, accepted)),
    say: (report: AckReport) => takeReport(deps, { scope, report, note: null }),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  };
}

async function stateOf(door: OpenedDoor, { id }: PendingDelivery): Promise<string> {
  return (await readDelivery(door.store, id)).state.is;
}

test('an ack that is repeated tells the owner here too, who may not have heard of it', async () => {
  await using staged = await stage();
  await staged.accept();

  const first = await staged.say(ack);
  const again = await staged.say(ack);

  assert.deepEqual([first.is, again.is], ['taken', 'taken']);
  assert.deepEqual(staged.told, ['delivered', null]);
});

const rows: [because: string, report: AckReport, answer: ReportAnswer['is'], state: string][] = [
  ['an end is an end, whatever is recorded of it later', ack, 'taken', 'delivered'],
  ['a final failure is one too', { do: 'fail', isFinal: true }, 'taken', 'dead'],
  ['the record would undo it', { do: 'fail', isFinal: false }, 'early', 'pending'],
  ['the record would undo it, too', progress, 'early', 'pending'],
];
for (const [because, report, expected, state] of rows) {
  test(`before the 202 is recorded ${report.do} is ${expected}: ${because}`, async () => {
    await using staged = await stage();

    const answer = await staged.say(report);

    assert.equal(answer.is, expected);
    assert.equal(await stateOf(staged.door, staged.delivery), state);
  });
}

test('what has ended in another way takes no report', async () => {
  await using staged = await stage();
  await staged.accept();
  await staged.say({ do: 'fail', isFinal: true });

  const answer = await staged.say(ack);

  assert.deepEqual(answer, { is: 'ended', as: 'dead' });
  assert.deepEqual(staged.told, ['receiver_failed']);
});
