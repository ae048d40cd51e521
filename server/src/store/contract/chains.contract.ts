import assert from 'node:assert/strict';
import type { Event } from '../../core/event.ts';
import type { Position } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Store } from '../store.ts';
import { replayRequest } from './arrange-replay.ts';
import { acceptOne } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, globex, guardedWrite, plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';

/** Chains are counted by an index, and what they hold is found and released whole. */
export function chainsContract(open: OpenStore): void {
  registerLaws(open, laws);
}

const chain = { kind: 'chain', id: 'c-1' } as const;
const of = { tenantId: acme, correlationId: 'c-1' };

/** Events of one chain, one for each number of hops. */
async function chained(store: Store, hops: readonly number[], parts: Partial<Event> = {}) {
  const plans = hops.map((each) =>
    plannedEvent({ event: { correlationId: 'c-1', hops: each, ...parts } }),
  );
  for (const plan of plans) await acceptOne(store, plan);
  return plans.map(({ event }) => event.id);
}

const laws: Laws = {
  'a check compares a version and writes nothing': async ({ store }) => {
    const check = { ...guardedWrite(chain), isCheck: true };
    await acceptOne(store, plannedEvent({ writes: [guardedWrite({ ...chain, value: 1 })] }));

    const [fitting] = await store.queue.accept([
      plannedEvent({ writes: [{ ...check, expects: 1 }] }),
    ]);
    const [other] = await store.queue.accept([plannedEvent({ writes: [check] })]);

    assert.equal(fitting?.is, 'accepted');
    assert.deepEqual(other, { is: 'conflict', index: 0, version: 1 });
    const row = await store.finder.guarded({ tenantId: acme, ...chain });
    assert.deepEqual([row?.version, row?.value], [1, 1]);
  },

  'events past a number of hops are counted, and the most hops named': async ({ store }) => {
    await chained(store, [15, 16, 17, 18, 21]);
    await chained(store, [30], { correlationId: 'c-2' });

    const query = { ...of, hopsOver: limits.hops };

    assert.deepEqual(await store.finder.chainHeld({ ...query, limit: 10 }), {
      count: 3,
      maxHops: 21,
    });
    assert.equal((await store.finder.chainHeld({ ...query, limit: 2 })).count, 2);
    assert.equal((await store.finder.chainHeld({ ...query, hopsOver: 18, limit: 9 })).count, 1);
    const none = { count: 0, maxHops: null };
    assert.deepEqual(await store.finder.chainHeld({ ...query, tenantId: globex, limit: 9 }), none);
  },

  'what came of a chain lately is counted, but for a type and for its first': async ({ store }) => {
    const [first = ''] = await chained(store, [0], { correlationId: 'own' });
    const event = { correlationId: first, hops: 1 };
    await acceptOne(store, plannedEvent({ event }));
    await acceptOne(store, plannedEvent({ event: { ...event, type: 'task.progress' } }));
    await acceptOne(store, plannedEvent({ event: { ...event, acceptedAt: at(-9_000_000) } }));

    const query = { tenantId: acme, correlationId: first, except: 'task.progress' };

    assert.equal(await store.finder.chainVolume({ ...query, since: at(-1), limit: 9 }), 1);
    assert.equal(await store.finder.chainVolume({ ...query, since: at(1), limit: 9 }), 0);
    const all = { ...query, since: at(-9_000_000) };
    assert.equal(await store.finder.chainVolume({ ...all, limit: 9 }), 2);
    assert.equal(await store.finder.chainVolume({ ...all, limit: 1 }), 1);
  },

  'deliveries of events are counted by state': async ({ store }) => {
    const wanted = plannedEvent({ deliveries: [plannedDelivery(), plannedDelivery()] });
    const unwanted = plannedEvent();
    await acceptOne(store, wanted);
    await acceptOne(store, unwanted);
    const eventIds = [wanted.event.id, sampleId('event'), unwanted.event.id];

    const counted = await store.finder.deliveryCounts({ tenantId: acme, eventIds, limit: 10 });
    const cut = await store.finder.deliveryCounts({ tenantId: acme, eventIds, limit: 1 });

    assert.deepEqual(counted, [
      { eventId: wanted.event.id, counts: { pending: 2 }, isCut: false },
      { eventId: unwanted.event.id, counts: {}, isCut: false },
    ]);
    assert.deepEqual(cut[0], { eventId: wanted.event.id, counts: { pending: 1 }, isCut: true });
    const foreign = { tenantId: globex, eventIds, limit: 10 };
    assert.deepEqual(await store.finder.deliveryCounts(foreign), []);
  },

  'a replay that begins with an event finds what was held before it': async ({ store }) => {
    const [, held17, held18] = await chained(store, [16, 17, 18]);
    await chained(store, [40]);
    const request = replayRequest({
      only: 'missing',
      held: { correlationId: 'c-1', hopsOver: 16, hopsUpTo: 33 },
    });
    const id = sampleId('replay');
    const releasing = plannedEvent({ replay: { id, request } });

    const { position } = await acceptOne(store, releasing);
    await chained(store, [19]);
    const job = await store.replays.get({ tenantId: acme, id });
    const found = await store.replays.searchMissing({
      ...{ tenantId: acme, request, after: 0 as Position, limit: 10 },
      upTo: job?.upperPosition ?? position,
    });

    assert.deepEqual(
      [job?.state, job?.upperPosition, job?.request],
      ['running', position, request],
    );
    assert.deepEqual(
      found.found.map(({ event }) => event.id),
      [held17, held18],
    );
    assert.equal(found.isDone, true);
  },
};
