import assert from 'node:assert/strict';
import type { EventId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { GuardedKind, GuardedWrite, PlannedDelivery } from '../queue.ts';
import type { Store } from '../store.ts';
import { acceptOne, holdAll, readPending, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, bytes, guardedWrite } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';

const day = 86_400_000;
const id = 't-1';

/** What retention and erasure take of guarded rows, and what they leave. */
export function guardedEndsContract(open: OpenStore): void {
  registerLaws(open, pruning);
  registerLaws(open, erasing);
}

type Step = Partial<GuardedWrite> & {
  readonly acceptedAt?: Instant;
  readonly deliveries?: readonly PlannedDelivery[];
};

/** Writes the next version of a row with an event of its own, with a history. */
async function write(
  store: Store,
  { acceptedAt = at(0), deliveries = [], ...parts }: Step,
): Promise<EventId> {
  const { kind = 'task' } = parts;
  const found = await store.finder.guarded({ tenantId: acme, kind, id });
  const expects = found?.version ?? null;
  const writes = [guardedWrite({ expects, hasHistory: true, note: bytes('told'), ...parts })];
  const planned = plannedEvent({ event: { acceptedAt }, deliveries, writes });
  await acceptOne(store, planned);
  return planned.event.id;
}

async function pruneAll(store: Store, before: Instant): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    if ((await store.prune({ before, limit: 3 })).isDone) return;
  }
  assert.fail('pruning has no end');
}

async function versionsOf(store: Store, kind: GuardedKind = 'task'): Promise<number[]> {
  const query = { tenantId: acme, kind, id, after: 0, upTo: null, limit: 100 };
  return (await store.finder.guardedHistory(query)).map(({ version }) => version);
}

async function isThere(store: Store, kind: GuardedKind = 'task'): Promise<boolean> {
  return (await store.finder.guarded({ tenantId: acme, kind, id })) !== null;
}

const pruning: Laws = {
  'versions go with their events, the newest stays': async ({ store }) => {
    for (let count = 0; count < 4; count += 1) await write(store, { kind: 'entity' });
    await pruneAll(store, at(day));
    const alone = await versionsOf(store, 'entity');
    await write(store, { kind: 'entity', acceptedAt: at(day) });
    await write(store, { kind: 'entity', acceptedAt: at(2 * day) });
    await pruneAll(store, at(2 * day));

    const found = await versionsOf(store, 'entity');

    assert.deepEqual([alone, found], [[4], [6]]);
    const row = await store.finder.guarded({ tenantId: acme, kind: 'entity', id });
    assert.equal(row?.version, 6);
  },

  'a version stays while a delivery of its event is owed': async ({ store }) => {
    const owed = plannedDelivery();
    await write(store, { kind: 'entity' });
    await write(store, { kind: 'entity', deliveries: [owed] });
    await write(store, { kind: 'entity' });
    await write(store, { kind: 'entity', acceptedAt: at(day) });

    await pruneAll(store, at(day));
    const during = await versionsOf(store, 'entity');
    const delivery = await readPending(store, owed.id);
    const held = (await holdAll(store))(owed.endpointId);
    await recordMoved(store, attemptRecord(delivery, held));
    await pruneAll(store, at(day));

    assert.deepEqual([during, await versionsOf(store, 'entity')], [[2, 4], [4]]);
  },

  'a version stays while a delivery that was merged of it is owed': async ({ store }) => {
    const window = plannedDelivery();
    const coalescing = { is: 'window', group: id, windowMs: 900, maxWaitMs: 9_000 } as const;
    const merging = (version: number): PlannedDelivery => ({
      ...plannedDelivery({ endpointId: window.endpointId }),
      ...(version === 3 ? { id: window.id } : {}),
      coalescing: { ...coalescing, version },
    });
    await write(store, { kind: 'entity' });
    for (const version of [2, 3]) {
      await write(store, { kind: 'entity', deliveries: [merging(version)] });
    }
    await write(store, { kind: 'entity', acceptedAt: at(day) });

    await pruneAll(store, at(day));
    const during = await versionsOf(store, 'entity');
    const delivery = await readPending(store, window.id);
    const held = (await holdAll(store))(window.endpointId);
    await recordMoved(store, attemptRecord(delivery, held));
    await pruneAll(store, at(day));
    await pruneAll(store, at(day));

    assert.deepEqual(delivery.merged, { from: 2, to: 3 });
    assert.deepEqual([during, await versionsOf(store, 'entity')], [[2, 3, 4], [4]]);
  },

  'a task that has ended goes with the last of its events, one that runs stays': async ({
    store,
  }) => {
    const states = ['completed', 'failed', 'cancelled', 'running', null];
    const kept: (string | null)[] = [];

    for (const state of states) {
      const task = `task-${state}`;
      const first = guardedWrite({ id: task, hasHistory: true, content: bytes('large') });
      await acceptOne(store, plannedEvent({ writes: [first] }));
      const last = guardedWrite({ id: task, expects: 1, state, hasHistory: true });
      await acceptOne(store, plannedEvent({ writes: [last] }));
      await pruneAll(store, at(day));
      const query = { tenantId: acme, kind: 'task', id: task } as const;
      if ((await store.finder.guarded(query)) !== null) kept.push(state);
      const content = await store.finder.guardedContent(query);
      assert.equal(content !== null, kept.includes(state), `the content of ${state}`);
    }

    assert.deepEqual(kept, ['running', null]);
  },

  'a task whose end is younger than retention stays whole but for what is old': async ({
    store,
  }) => {
    await write(store, {});
    await write(store, {});
    await write(store, { state: 'completed', acceptedAt: at(day) });

    await pruneAll(store, at(day));
    const during = await versionsOf(store);
    await pruneAll(store, at(day + 1));

    assert.deepEqual(during, [3]);
    assert.equal(await isThere(store), false);
  },

  'a task that has ended stays while an earlier event of it is owed': async ({ store }) => {
    const owed = plannedDelivery();
    await write(store, { deliveries: [owed] });
    await write(store, { state: 'completed' });

    await pruneAll(store, at(day));
    const during = await isThere(store);
    const delivery = await readPending(store, owed.id);
    await recordMoved(store, attemptRecord(delivery, (await holdAll(store))(owed.endpointId)));
    await pruneAll(store, at(day));

    assert.deepEqual([during, await isThere(store)], [true, false]);
    assert.deepEqual(await versionsOf(store), []);
  },

  'the id of a task that is gone may be used again, from its first version': async ({ store }) => {
    await write(store, {});
    await write(store, { state: 'failed', content: bytes('old') });
    await pruneAll(store, at(day));

    await write(store, { acceptedAt: at(day) });

    assert.deepEqual(await versionsOf(store), [1]);
    assert.equal(await store.finder.guardedContent({ tenantId: acme, kind: 'task', id }), null);
  },

  'chains go with their last event, entities, bundles and cursors stay': async ({ store }) => {
    const kinds = ['chain', 'entity', 'bundle', 'source_cursor'] as const;
    for (const kind of kinds) {
      await write(store, { kind, hasHistory: false, state: 'completed' });
      await write(store, { kind, hasHistory: false, state: 'completed' });
    }

    await pruneAll(store, at(day));

    const found = await Promise.all(kinds.map((kind) => isThere(store, kind)));
    assert.deepEqual(found, [false, true, true, true]);
  },
};

const erasing: Laws = {
  'the note of an erased event is gone, its version stays': async ({ store }) => {
    const eventId = await write(store, {});
    await write(store, {});
    const query = { tenantId: acme, kind: 'task', id, after: 0, upTo: null, limit: 9 } as const;

    await store.queue.erase({ tenantId: acme, eventId, at: at(1), limit: 9 });

    const history = await store.finder.guardedHistory(query);
    assert.deepEqual(
      history.map(({ version, note }) => [version, note === null]),
      [
        [1, true],
        [2, false],
      ],
    );
  },

  'content goes with the event that brought it, not with another': async ({ store }) => {
    const query = { tenantId: acme, kind: 'bundle', id } as const;
    const first = await write(store, { kind: 'bundle', content: bytes('first') });
    const second = await write(store, { kind: 'bundle', content: bytes('second') });
    const third = await write(store, { kind: 'bundle' });
    const erase = (eventId: EventId) =>
      store.queue.erase({ tenantId: acme, eventId, at: at(1), limit: 9 });

    await erase(first);
    await erase(third);
    const before = await store.finder.guardedContent(query);
    await erase(second);

    assert.equal(before?.version, 2);
    assert.equal(await store.finder.guardedContent(query), null);
    assert.equal((await store.finder.guarded(query))?.version, 3);
  },
};
