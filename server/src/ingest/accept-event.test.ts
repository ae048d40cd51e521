import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventId } from '../core/ids.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { CatalogueWrite } from '../store/catalogue.ts';
import { readPending } from '../store/contract/arrange.ts';
import {
  acme,
  at,
  bytes,
  catalogueWrite,
  endpointResource,
  globex,
  idempotencyRow,
  subscriptionResource,
} from '../store/contract/sample.ts';
import type { PlannedEvent, Queue } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { newEvent, OpenedDoor } from './contract/opened-door.ts';

const callersId = 'order-7' as EventId;

test('an accepted event stands in the store when the answer comes, byte for byte', async () => {
  await using door = await OpenedDoor.open();
  const data = bytes('{ "a":1e400,"a":"\\ud800" }');

  const answer = await door.publish({ data });

  assert.equal(answer.is, 'accepted');
  const id = answer.is === 'accepted' ? answer.id : callersId;
  const stored = await door.store.finder.event({ tenantId: acme, id });
  assert.deepEqual(stored?.data, data);
  assert.deepEqual([stored?.time, stored?.acceptedAt, stored?.hops], [at(0), at(0), 0]);
  assert.equal(stored?.correlationId, id);
});

test('each endpoint that wants an event gets one delivery; the dispatcher is told', async () => {
  await using door = await OpenedDoor.open();
  const wanting = [await door.subscribe(), await door.subscribe({ types: ['task.completed'] })];
  await door.subscribe({ types: ['order.*'] });

  const { event, heads } = await door.accepted();

  assert.deepEqual(
    heads.map(({ endpointId }) => endpointId),
    wanting,
  );
  for (const head of heads) {
    assert.deepEqual(await readPending(door.store, head.id), head);
  }
  assert.deepEqual(door.signals, [{ signal: 'event_accepted', tenantId: acme, deliveryCount: 2 }]);
  assert.equal(event.position + 1, heads[0]?.position);
});

const states = [
  ['active', 1],
  ['paused', 1],
  ['disabled', 0],
  ['deleted', 0],
] as const;
for (const [is, count] of states) {
  test(`an endpoint that is ${is} gets ${count === 1 ? 'a delivery' : 'none'}`, async () => {
    await using door = await OpenedDoor.open();
    const ended = { at: at(0), reason: 'asked' } as const;
    await door.subscribe({}, { status: { is, ...ended } });

    const { heads } = await door.accepted();

    assert.equal(heads.length, count);
  });
}

test('of deliveries with one order key only the first is told of', async () => {
  await using door = await OpenedDoor.open();
  await door.subscribe({ order: 'key' });

  const first = await door.accepted({ key: 'k' });
  const second = await door.accepted({ key: 'k' });
  const other = await door.accepted({ key: 'l' });

  assert.deepEqual(
    [first, second, other].map(({ heads }) => heads.length),
    [1, 0, 1],
  );
});

test('an event that is to be delivered later is due then', async () => {
  await using door = await OpenedDoor.open();
  await door.subscribe();
  const deliverAt = later(at(0), 60_000);

  const { heads } = await door.accepted({ deliverAt });

  assert.equal(heads[0]?.dueAt, deliverAt);
});

test('an id that comes again makes nothing new, and says whether it is the same', async () => {
  await using door = await OpenedDoor.open();
  await door.subscribe();

  await door.publish({ id: callersId });
  const same = await door.publish({ id: callersId });
  const other = await door.publish({ id: callersId, data: bytes('{"n":2}') });

  const duplicate = { is: 'duplicate', id: callersId, deliveryCount: 1 };
  assert.deepEqual(same, { ...duplicate, isSameContent: true });
  assert.deepEqual(other, { ...duplicate, isSameContent: false });
  assert.equal(door.told.length, 1);
});

test('two tenants may use the same id', async () => {
  await using door = await OpenedDoor.open();

  await door.publish({ id: callersId });
  const [answer] = await door.ingest.accept(globex, [newEvent({ id: callersId })]);

  assert.equal(answer?.is, 'accepted');
});

test('events of one call are answered in their order, each for itself', async () => {
  await using door = await OpenedDoor.open();
  await door.publish({ id: callersId });

  const answers = await door.ingest.accept(acme, [
    newEvent({ type: 'a.one' }),
    newEvent({ id: callersId }),
    newEvent({ type: 'a.two' }),
  ]);

  assert.deepEqual(
    answers.map(({ is }) => is),
    ['accepted', 'duplicate', 'accepted'],
  );
  assert.deepEqual(
    door.told.slice(1).map(({ event }) => event.type),
    ['a.one', 'a.two'],
  );
});

test('an endpoint that another node made a moment ago is not missed', async () => {
  await using door = await OpenedDoor.open();
  const endpointId = await door.subscribeElsewhere();

  const { heads } = await door.accepted();

  assert.deepEqual(
    heads.map((head) => head.endpointId),
    [endpointId],
  );
});

function accepting(accept: Queue['accept']): { around: (store: Store) => Store } {
  return { around: (store) => ({ ...store, queue: { ...store.queue, accept } }) };
}

test('a catalogue that changes faster than events are planned is an overload', async () => {
  const plans: PlannedEvent[] = [];
  await using door = await OpenedDoor.open(
    accepting(async (events) => {
      plans.push(...events);
      return events.map(() => ({ is: 'stale_catalogue', version: 99 }));
    }),
  );

  const answer = await door.publish();

  assert.deepEqual(answer, { is: 'failed', code: 'overloaded', detail: null });
  assert.equal(plans.length, limits.acceptTries);
  assert.equal(new Set(plans.map(({ event }) => event.id)).size, 1);
  assert.equal(new Set(plans.map(({ planId }) => planId)).size, 1);
});

test('a store that cannot tell what happened is not answered for', async () => {
  await using door = await OpenedDoor.open(accepting(() => Promise.reject(new Error('no answer'))));

  await assert.rejects(door.publish(), /no answer/);

  assert.deepEqual(door.told, []);
});

test('a full disk refuses the event', async () => {
  await using door = await OpenedDoor.open({ hasRoom: () => false });

  const answer = await door.publish();

  assert.deepEqual(answer, { is: 'failed', code: 'disk_full', detail: null });
});

test('an event that continues a stored one belongs to its chain', async () => {
  await using door = await OpenedDoor.open();
  const first = await door.accepted({ correlationId: 'run-1' });
  const second = await door.accepted({ causationId: first.event.id });

  const third = await door.accepted({ causationId: second.event.id, correlationId: 'mine' });

  assert.deepEqual([third.event.correlationId, third.event.hops], ['run-1', 2]);
});

test('a cause that is unknown, or of another tenant, begins no chain', async () => {
  await using door = await OpenedDoor.open();
  await door.ingest.accept(globex, [newEvent({ id: callersId, correlationId: 'secret' })]);

  const { event } = await door.accepted({ causationId: callersId });

  assert.deepEqual([event.correlationId, event.hops], [event.id, 0]);
});

test('a request that is repeated gets the answer that was kept', async () => {
  await using door = await OpenedDoor.open();
  const row = idempotencyRow({ key: 'once' });
  const publish = (bodyDigest = row.bodyDigest) =>
    door.ingest.accept(acme, [newEvent()], () => ({ ...row, bodyDigest }));

  const [first] = await publish();
  const [again] = await publish();
  const [other] = await publish('0'.repeat(64));

  assert.equal(first?.is, 'accepted');
  assert.deepEqual(again?.is === 'repeated' && again.row, row);
  assert.deepEqual(other, { is: 'failed', code: 'idempotency_conflict', detail: null });
  assert.equal(door.told.length, 1);
});

test('a subscription that was changed or removed matches as it stands now', async () => {
  await using door = await OpenedDoor.open();
  await door.subscribe();
  const [subscription] = door.mirror.broadSubscriptions(acme);
  assert.ok(subscription);
  const change = async (write: Partial<CatalogueWrite>, types: string[]) => {
    const { kind, value } = subscription;
    const resource = { kind, value: { ...value, types } };
    const writes = [catalogueWrite(resource, write)];
    await door.mirror.change({ tenantId: acme, writes, idempotency: null });
    return (await door.accepted()).heads.length;
  };

  const counts = [
    (await door.accepted()).heads.length,
    await change({ expects: 1 }, ['order.*']),
    await change({ expects: 2 }, ['*']),
    await change({ expects: 3, remove: true }, ['*']),
  ];

  assert.deepEqual(counts, [1, 0, 1, 0]);
});

test('an event that more than 10,000 endpoints want is refused whole', async () => {
  await using door = await OpenedDoor.open();
  const count = limits.deliveriesPerEvent + 1;
  const writes = Array.from({ length: count }, () => {
    const endpoint = endpointResource();
    const subscription = subscriptionResource({ endpointId: endpoint.value.id });
    return [catalogueWrite(endpoint), catalogueWrite(subscription)];
  }).flat();
  await door.mirror.change({ tenantId: acme, writes, idempotency: null });

  const answers = await door.ingest.accept(acme, [newEvent(), newEvent({ type: 'order.paid' })]);

  assert.deepEqual(answers[0], { is: 'failed', code: 'fan_out_too_large', detail: null });
  assert.equal(answers[1]?.is, 'accepted');
  assert.equal((await door.store.finder.backlog()).pendingCount, 0);
});
