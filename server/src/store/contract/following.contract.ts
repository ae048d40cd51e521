import assert from 'node:assert/strict';
import type { EventId, Position } from '../../core/ids.ts';
import type { EventsAfter, Finder } from '../finder.ts';
import type { PlannedEvent } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, owe, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, bytes, globex } from './sample.ts';
import { guardedWrite, plannedDelivery, plannedEvent } from './sample.ts';

/** Whoever follows events by position is told each once, in order, or that some are gone. */
export function followingContract(open: OpenStore): void {
  registerLaws(open, following);
  registerLaws(open, ofOneRow);
  registerLaws(open, removed);
}

type Query = Parameters<Finder['eventsAfter']>[0];

const start = 0 as Position;
const day = 86_400_000;

function follow(store: Store, parts: Partial<Query> = {}): Promise<EventsAfter> {
  return store.finder.eventsAfter({
    ...{ tenantId: acme, after: start, limit: 100, bytes: 1_000_000 },
    ...parts,
  });
}

/** Accepts events one after the other. */
async function acceptAll(store: Store, planned: readonly PlannedEvent[]): Promise<Position[]> {
  const positions = [];
  for (const each of planned) positions.push((await acceptOne(store, each)).position);
  return positions;
}

const idsOf = ({ events }: EventsAfter): EventId[] => events.map(({ id }) => id);
const plannedIds = (planned: readonly PlannedEvent[]) => planned.map(({ event }) => event.id);
const theirs = () => plannedEvent({ event: { tenantId: globex } });

/** The version of a row that has a history, with its event. */
function versionEvent(version: number, parts: Partial<PlannedEvent['event']> = {}): PlannedEvent {
  const expects = version === 1 ? null : version - 1;
  return plannedEvent({ event: parts, writes: [guardedWrite({ expects, hasHistory: true })] });
}

const following: Laws = {
  'the newest position is that of the last thing that was committed': async ({ store }) => {
    const before = await store.finder.newestPosition();
    const { delivery, held } = await owe(store);
    const accepted = await store.finder.newestPosition();
    await recordMoved(store, attemptRecord(delivery, held));

    const recorded = await store.finder.newestPosition();

    assert.equal(before, 0);
    assert.equal(accepted, delivery.position);
    assert.ok(recorded >= accepted);
  },

  'events come in the order of their commits, whole': async ({ store }) => {
    const metadata = { a: [1] };
    const planned = [
      plannedEvent({ event: { data: Uint8Array.of(0xff, 0), metadata, source: 'crm' } }),
      plannedEvent({ deliveries: [plannedDelivery(), plannedDelivery()] }),
      plannedEvent(),
    ];
    const positions = await acceptAll(store, planned);

    const found = await follow(store);

    const expected = planned.map(({ event }, index) => ({ ...event, position: positions[index] }));
    assert.deepEqual(
      found.events.map((event) => ({ ...event, data: [...event.data] })),
      expected.map((event) => ({ ...event, data: [...event.data] })),
    );
    assert.equal(found.position, await store.finder.newestPosition());
    assert.equal(found.isTooOld, false);
  },

  'a tenant is told of its own events, an operator of all': async ({ store }) => {
    const planned = [plannedEvent(), theirs(), plannedEvent(), theirs()];
    await acceptAll(store, planned);

    const ours = await follow(store);
    const all = await follow(store, { tenantId: null });

    assert.deepEqual(idsOf(ours), plannedIds([0, 2].flatMap((index) => planned[index] ?? [])));
    assert.deepEqual(idsOf(all), plannedIds(planned));
  },

  'steps of any size tell each event once, and reach the newest position': async ({ store }) => {
    const planned = Array.from({ length: 7 }, () => plannedEvent());
    for (const each of planned) await acceptAll(store, [each, theirs()]);

    for (const limit of [1, 2, 3, 7, 8]) {
      const told: EventId[] = [];
      let after = start;
      for (let count = 0; count < 9; count += 1) {
        const step = await follow(store, { after, limit });
        assert.ok(step.events.length <= limit && step.position >= after);
        told.push(...idsOf(step));
        after = step.position;
      }

      assert.deepEqual(told, plannedIds(planned), `limit ${limit}`);
      assert.equal(after, await store.finder.newestPosition());
    }
  },

  'a step ends once its data has the bytes asked for, and has one event at least': async ({
    store,
  }) => {
    const planned = Array.from({ length: 4 }, () =>
      plannedEvent({ event: { data: bytes('12345') } }),
    );
    const positions = await acceptAll(store, planned);

    const small = await follow(store, { bytes: 1 });
    const two = await follow(store, { bytes: 6 });

    assert.deepEqual([small.events.length, small.position], [1, positions[0]]);
    assert.deepEqual([two.events.length, two.position], [2, positions[1]]);
  },

  'a tenant that has nothing moves on': async ({ store }) => {
    const positions = await acceptAll(store, [theirs(), theirs()]);

    const found = await follow(store);
    const again = await follow(store, { after: found.position });

    assert.deepEqual(found, { events: [], position: positions[1], isTooOld: false });
    assert.deepEqual(again, found);
  },

  'what is accepted later comes after the position that was answered': async ({ store }) => {
    await acceptAll(store, [plannedEvent(), theirs()]);
    const { position: after } = await follow(store);
    const later = plannedEvent();
    await acceptAll(store, [theirs(), later]);

    const found = await follow(store, { after });

    assert.deepEqual(idsOf(found), [later.event.id]);
  },

  'who follows while many are accepted is told each once': async ({ store }) => {
    const planned = Array.from({ length: 60 }, () => plannedEvent());
    const accepts = planned.map((each) => store.queue.accept([each]));
    const told: EventId[] = [];
    let after = start;
    const step = async (): Promise<void> => {
      const found = await follow(store, { after, limit: 7 });
      told.push(...idsOf(found));
      after = found.position;
    };

    for (let count = 0; count < 20; count += 1) await step();
    const answers = (await Promise.all(accepts)).flat();
    for (let count = 0; count < 20; count += 1) await step();

    assert.ok(answers.every(({ is }) => is === 'accepted'));
    assert.deepEqual(told.toSorted(), plannedIds(planned).toSorted());
  },

  'an event whose data was erased is passed over': async ({ store }) => {
    const planned = [plannedEvent(), plannedEvent()] as const;
    await acceptAll(store, planned);
    const { id: eventId } = planned[0].event;
    await store.queue.erase({ tenantId: acme, eventId, at: at(1), limit: 10 });

    const found = await follow(store);

    assert.deepEqual(idsOf(found), [planned[1].event.id]);
    assert.equal(found.isTooOld, false);
  },
};

const subject = { kind: 'task', id: 't-1' } as const;

const ofOneRow: Laws = {
  'a row that has a history is followed alone, from any of its versions': async ({ store }) => {
    const versions = Array.from({ length: 6 }, (_, index) => versionEvent(index + 1));
    const positions: Position[] = [];
    for (const version of versions) {
      positions.push(...(await acceptAll(store, [version])));
      await acceptAll(store, [plannedEvent(), theirs()]);
    }
    const other = guardedWrite({ id: 't-2', hasHistory: true });
    await acceptAll(store, [plannedEvent({ writes: [other] })]);

    for (const [index, after] of [start, ...positions].entries()) {
      const found = await follow(store, { after, subject });

      assert.deepEqual(idsOf(found), plannedIds(versions.slice(index)), `after ${index}`);
      assert.equal(found.position, await store.finder.newestPosition());
    }
  },

  'its steps are bounded too': async ({ store }) => {
    const versions = Array.from({ length: 5 }, (_, index) => versionEvent(index + 1));
    const positions = await acceptAll(store, versions);

    const found = await follow(store, { after: positions[0] ?? start, subject, limit: 2 });

    assert.deepEqual(idsOf(found), plannedIds(versions.slice(1, 3)));
    assert.equal(found.position, positions[2]);
  },

  'the row of another tenant, or one that is not there, tells nothing': async ({ store }) => {
    const [position] = await acceptAll(store, [versionEvent(1)]);

    const found = [
      await follow(store, { tenantId: globex, subject }),
      await follow(store, { subject: { ...subject, kind: 'bundle' } }),
      await follow(store, { tenantId: null, subject }),
    ];

    const nothing = { events: [], position, isTooOld: false };
    assert.deepEqual(found, [nothing, nothing, nothing]);
  },
};

const removed: Laws = {
  'who is behind what retention removed learns it, who is past it does not': async ({
    store,
    reopen,
  }) => {
    const kept = plannedEvent({ event: { acceptedAt: at(day) } });
    const positions = await acceptAll(store, [plannedEvent(), plannedEvent(), kept]);
    await store.prune({ before: at(day), limit: 100 });
    const [first = start, second = start] = positions;

    const reopened = await reopen();

    const isTooOld = async (after: Position) => (await follow(reopened, { after })).isTooOld;
    assert.deepEqual([await isTooOld(start), await isTooOld(first)], [true, true]);
    assert.equal(await isTooOld(second), false);
    const found = await follow(reopened, { after: start });
    assert.deepEqual(idsOf(found), [kept.event.id]);
  },

  'what another tenant loses makes nobody else’s place too old': async ({ store }) => {
    await acceptAll(store, [theirs(), plannedEvent({ event: { acceptedAt: at(day) } })]);
    await store.prune({ before: at(day), limit: 100 });

    const found = [
      await follow(store),
      await follow(store, { tenantId: globex }),
      await follow(store, { tenantId: null }),
    ];

    assert.deepEqual(
      found.map(({ isTooOld }) => isTooOld),
      [false, true, true],
    );
  },

  'a row is too old only by what it lost itself': async ({ store }) => {
    const lasting = guardedWrite({ id: 't-2', hasHistory: true });
    const acceptedAt = at(day);
    const positions = await acceptAll(store, [
      versionEvent(1),
      versionEvent(2),
      plannedEvent({ event: { acceptedAt }, writes: [lasting] }),
      versionEvent(3, { acceptedAt }),
    ]);
    await store.prune({ before: acceptedAt, limit: 100 });
    const [first = start, second = start] = positions;

    const found = [
      await follow(store, { subject }),
      await follow(store, { subject, after: first }),
      await follow(store, { subject, after: second }),
      await follow(store, { subject: { ...subject, id: 't-2' } }),
    ];

    assert.deepEqual(
      found.map(({ isTooOld, events }) => [isTooOld, events.length]),
      [
        [true, 1],
        [true, 1],
        [false, 1],
        [false, 1],
      ],
    );
  },
};
