import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Timers } from '../core/clock.ts';
import type { StoredEvent } from '../core/event.ts';
import type { Position } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { acme, globex, sampleEvent } from '../store/contract/sample.ts';
import type { EventsAfter, Finder } from '../store/finder.ts';
import { EventFeed } from './event-feed.ts';

type Query = Parameters<Finder['eventsAfter']>[0];

/** Events in memory, read as a store answers them, a turn of the event loop later. */
class Committed {
  readonly events: StoredEvent[] = [];
  readonly timers = new Set<{ readonly delayMs: number; readonly run: () => void }>();
  readonly feed: EventFeed;
  readCount = 0;
  removedTo = 0;
  #newest = 0;

  constructor() {
    const after: Timers['after'] = (delayMs, run) => {
      const timer = { delayMs, run };
      this.timers.add(timer);
      return { cancel: () => void this.timers.delete(timer) };
    };
    this.feed = new EventFeed({
      finder: {
        eventsAfter: (query) => this.#read(query),
        newestPosition: async () => this.#newest as Position,
      },
      timers: { after },
      emit: ({ signal }) => assert.fail(signal),
    });
  }

  add(parts: Partial<StoredEvent> = {}): StoredEvent {
    this.#newest += 2;
    const position = this.#newest as Position;
    const event = { ...sampleEvent({ tenantId: acme, ...parts }), position };
    this.events.push(event);
    return event;
  }

  fire(delayMs: number): void {
    for (const timer of [...this.timers]) {
      if (timer.delayMs !== delayMs) continue;
      this.timers.delete(timer);
      timer.run();
    }
  }

  async #read({ tenantId, after, limit }: Query): Promise<EventsAfter> {
    this.readCount += 1;
    const newest = this.#newest;
    const found = this.events.filter(
      (each) => each.position > after && (tenantId === null || each.tenantId === tenantId),
    );
    const events = found.slice(0, limit);
    await new Promise(setImmediate);
    const position = (events.length === limit ? events.at(-1)?.position : newest) as Position;
    return { events, position, isTooOld: this.removedTo > after };
  }
}

const all = { tenantId: acme, wants: () => true };

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
}

test('whatever the pace of writer and reader, each event is told once and in order', async () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 400 }) }) },
      { weight: 2, arbitrary: fc.constant('take' as const) },
      { weight: 1, arbitrary: fc.constant('rest' as const) },
      { weight: 1, arbitrary: fc.constant('foreign' as const) },
    ),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (taken, isHinted) => {
      const store = new Committed();
      const reader = await store.feed.open({ ...all, after: 0 as Position });
      const told: StoredEvent[] = [];
      for (const step of taken) {
        if (step === 'take') {
          const next = reader.next(7_000);
          await settled();
          store.fire(7_000);
          told.push(...(await next));
        } else if (step === 'rest') await settled();
        else if (step === 'foreign') store.add({ tenantId: globex });
        else for (let count = 0; count < step.add; count += 1) store.add();
        if (isHinted) store.feed.committed();
      }
      for (let last = -1; last !== told.length;) {
        last = told.length;
        const next = reader.next(7_000);
        store.feed.committed();
        await settled();
        store.fire(7_000);
        told.push(...(await next));
      }

      assert.deepEqual(
        told.map(({ position }) => position),
        store.events.filter((each) => each.tenantId === acme).map(({ position }) => position),
      );
    }),
    { numRuns: 100 },
  );
});

test('readers that are level share one read', async () => {
  const store = new Committed();
  const readers = await Promise.all(
    Array.from({ length: 50 }, () => store.feed.open({ ...all, after: null })),
  );
  const waiting = readers.map((reader) => reader.next(7_000));
  await settled();
  const before = store.readCount;

  store.add();
  store.feed.committed();
  const told = await Promise.all(waiting);

  assert.ok(told.every((events) => events.length === 1));
  assert.ok(store.readCount - before <= 2, `${store.readCount - before} reads`);
});

test('nothing is read while nobody reads', async () => {
  const store = new Committed();
  (await store.feed.open({ ...all, after: null })).close();
  await settled();
  const before = store.readCount;

  store.add();
  store.feed.committed();
  await settled();

  assert.equal(store.readCount, before);
  assert.equal(store.timers.size, 0);
});

test('who does not come back for more is cut off', async () => {
  const store = new Committed();
  const reader = await store.feed.open({ ...all, after: null });
  const next = reader.next(7_000);
  await settled();
  store.add();
  store.feed.committed();
  await next;

  store.fire(limits.streamStallMs);

  assert.ok(reader.isClosed && reader.cutOff.aborted);
  assert.equal(store.feed.count, 0);
  assert.deepEqual(await reader.next(7_000), []);
});

test('a reader that is never asked for anything is cut off too', async () => {
  const store = new Committed();
  const reader = await store.feed.open({ ...all, after: null });

  store.fire(limits.streamStallMs);

  assert.ok(reader.isClosed);
  assert.equal(store.feed.count, 0);
});

test('a cursor that retention has overtaken is refused, and one from nowhere too', async () => {
  const store = new Committed();
  for (let count = 0; count < 5; count += 1) store.add();
  store.removedTo = 6;

  const failed = (after: number) => store.feed.open({ ...all, after: after as Position });

  await assert.rejects(failed(4), { code: 'cursor_too_old' });
  await assert.rejects(failed(100), { code: 'cursor_mismatch' });
  (await failed(6)).close();
});

test('no more streams are opened than may be, and none once the node stops', async () => {
  const store = new Committed();
  const open = () => store.feed.open({ ...all, tenantId: null, after: null });
  const readers = await Promise.all(Array.from({ length: limits.streams }, open));

  await assert.rejects(open(), { code: 'too_many_streams' });
  readers[0]?.close();
  await open();
  store.feed.release();
  await assert.rejects(open(), { code: 'shutting_down' });
  assert.equal(store.feed.count, 0);
});

test('streams that are opened at the same time are counted too', async () => {
  const store = new Committed();
  const open = () => store.feed.open({ ...all, tenantId: null, after: null });

  const opened = await Promise.allSettled(Array.from({ length: limits.streams + 5 }, open));

  assert.equal(opened.filter(({ status }) => status === 'rejected').length, 5);
  assert.equal(store.feed.count, limits.streams);
});

test('one tenant leaves room for the streams of others', async () => {
  const store = new Committed();
  const open = (tenantId = acme) => store.feed.open({ ...all, tenantId, after: null });
  await Promise.all(Array.from({ length: limits.streamsOfTenant }, () => open()));

  await assert.rejects(open(), { code: 'too_many_streams' });

  assert.equal((await open(globex)).isClosed, false);
});
