import assert from 'node:assert/strict';
import fc from 'fast-check';
import { slots } from '../../core/stats/counts.ts';
import { floorTo, statsKept } from '../../core/stats/stats-width.ts';
import type { StatsWidth } from '../../core/stats/stats-width.ts';
import type { Store } from '../store.ts';
import { acceptOne, holdAll, owe, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, deadRecord, failedRecord, globex } from './sample.ts';
import { plannedDelivery, plannedEvent } from './sample.ts';
import { sampleId } from './sample-id.ts';
import { anyStatsStep, minutesMax, StatsWorld } from './stats-steps.ts';
import { assertCounted, plain } from './stats-world.ts';

const day = 86_400_000;
const runs = 15;

/** Counters say what counting the log would say, at any time. */
export function statsContract(open: OpenStore): void {
  registerLaws(open, laws);
  registerLaws(open, { 'any sequence of steps is counted as the log has it': () => any(open) });
}

/** A window around all that happens here, as wide as a year of days. */
const span = { since: floorTo(at(-200 * day), day), until: at(200 * day) };

async function any(open: OpenStore): Promise<void> {
  const steps = fc.array(anyStatsStep, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      await using under = await open();
      const world = await StatsWorld.open(under.store);
      for (const step of taken) await world.take(step);
      await world.log.read(under.store);
      const { log, subjects } = world;
      const within = { since: at(0), until: at((minutesMax + 1) * 60_000) };
      await assertCounted(under.store, { log, subjects, ...within });
    }),
    { numRuns: runs },
  );
}

const laws: Laws = {
  'nothing was counted where nothing happened': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const subjects = [
      { tenantId: acme, endpointId },
      { tenantId: acme, endpointId: null },
      { tenantId: null, endpointId: null },
    ];

    for (const subject of subjects) {
      const answer = await store.stats.read({ subject, width: 'day', ...span });

      assert.deepEqual(answer, { rows: [], pendingCount: 0, oldestDueAt: null });
    }
  },

  'an endpoint counts for itself, its tenant and everybody, and for nobody else': async ({
    store,
  }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, attemptRecord(delivery, held));
    const { endpointId } = delivery;

    const counts = [
      await dayOf(store, { tenantId: acme, endpointId }),
      await dayOf(store, { tenantId: acme, endpointId: null }),
      await dayOf(store, { tenantId: null, endpointId: null }),
      await dayOf(store, { tenantId: globex, endpointId: null }),
      await dayOf(store, { tenantId: globex, endpointId }),
      await dayOf(store, { tenantId: acme, endpointId: sampleId('endpoint') }),
    ];

    const [own, tenants, all, ...others] = counts;
    assert.equal(own?.[slots.made], 1);
    assert.equal(own?.[slots.delivered], 1);
    assert.equal(own?.[slots.events], undefined);
    assert.deepEqual(tenants, { ...own, [slots.events]: 1 });
    assert.deepEqual(all, tenants);
    assert.deepEqual(others, [{}, {}, {}]);
  },

  'a dead letter that is retried is dead no longer, and was never delivered': async ({ store }) => {
    const { delivery, held } = await owe(store);
    await recordMoved(store, deadRecord(delivery, held));
    const subject = { tenantId: acme, endpointId: delivery.endpointId };
    const before = await dayOf(store, subject);

    const change = { tenantId: acme, deliveryId: delivery.id, at: at(day), to: 'retry' } as const;
    await store.queue.change([change]);

    const after = await dayOf(store, subject);
    assert.deepEqual([before[slots.dead], after[slots.dead]], [1, undefined]);
    assert.equal(after[slots.delivered], undefined);
  },

  'what is owed is counted by endpoint, and the oldest due is the first that may go': async ({
    store,
  }) => {
    const [early, late] = [sampleId('endpoint'), sampleId('endpoint')];
    const head = plannedDelivery({ endpointId: late, orderKey: 'k', dueAt: at(9_000) });
    await acceptOne(store, plannedEvent({ deliveries: [head] }));
    const follower = plannedDelivery({ endpointId: late, orderKey: 'k', dueAt: at(1_000) });
    const other = plannedDelivery({ endpointId: early, dueAt: at(5_000) });
    await acceptOne(store, plannedEvent({ deliveries: [follower, other] }));

    const owed = [
      await owedTo(store, { tenantId: acme, endpointId: late }),
      await owedTo(store, { tenantId: acme, endpointId: early }),
      await owedTo(store, { tenantId: acme, endpointId: null }),
      await owedTo(store, { tenantId: null, endpointId: null }),
      await owedTo(store, { tenantId: globex, endpointId: null }),
    ];

    assert.deepEqual(owed, [
      [2, at(9_000)],
      [1, at(5_000)],
      [3, at(5_000)],
      [3, at(5_000)],
      [0, null],
    ]);
  },

  'hundreds of commits are counted like one, before and after a restart': async (under) => {
    const { store } = under;
    const world = await StatsWorld.open(store);
    for (let count = 0; count < 70; count += 1) {
      const endpoints = [count % 3, (count + 1) % 3];
      await world.take({
        do: 'accept',
        minute: count * 20,
        endpoints,
        isOrdered: false,
        isHeld: false,
      });
      const pick = count * 7;
      const as = count % 2 === 0 ? 'delivered' : 'dead';
      await world.take({ do: 'record', minute: count * 21, pick, as, latencyMs: count });
    }
    await world.log.read(store);
    const counted = { log: world.log, subjects: world.subjects, since: at(0), until: at(2 * day) };
    await assertCounted(store, counted);

    const reopened = await under.reopen();

    await assertCounted(reopened, counted);
  },

  'many calls at once are counted once each': async ({ store }) => {
    const endpointId = sampleId('endpoint');
    const planned = Array.from({ length: 100 }, () =>
      plannedEvent({ deliveries: [plannedDelivery({ endpointId })] }),
    );

    await Promise.all(
      planned.flatMap((each) => [each, each].map((it) => store.queue.accept([it]))),
    );

    const counts = await dayOf(store, { tenantId: acme, endpointId: null });
    assert.deepEqual([counts[slots.events], counts[slots.made]], [100, 100]);
  },

  'counters hold after a power cut what the log holds': async (under, t) => {
    const { crash } = under;
    if (crash === undefined) return t.skip('this opener cannot cut the power');
    const world = await StatsWorld.open(under.store);
    for (let count = 0; count < 40; count += 1) {
      await world.take({
        do: 'accept',
        minute: count,
        endpoints: [0, 2],
        isOrdered: true,
        isHeld: false,
      });
    }
    const { delivery, held } = await owe(under.store);
    void under.store.queue.record([failedRecord(delivery, held, at(90))]).catch(() => null);

    const store = await crash();

    await world.log.read(store);
    const { log, subjects } = world;
    await assertCounted(store, { log, subjects, since: at(0), until: at(day) });
  },

  'retention takes narrow counts before wide ones, and the log takes none with it': async ({
    store,
  }) => {
    const hold = await holdAll(store);
    const plan = plannedDelivery();
    const event = { acceptedAt: at(-10 * day) };
    await acceptOne(store, plannedEvent({ event, deliveries: [plan] }));
    const { rows } = await store.finder.deliveries({ tenantId: acme }, { before: null, limit: 9 });
    const [{ state: _, ...delivery }] = [rows[0] ?? assert.fail()];
    const record = attemptRecord({ ...delivery, dueAt: at(0) }, hold(plan.endpointId));
    await recordMoved(store, { ...record, at: at(-10 * day) });
    const subject = { tenantId: acme, endpointId: null };
    const narrow = await made(store, 'minute');

    await store.prune({ before: at(0), limit: 100 });
    const afterLog = await made(store, 'minute');
    await store.prune({ before: at(0), limit: 100, countsBefore: statsKept(at(0)) });

    assert.deepEqual([narrow, afterLog], [1, 1]);
    assert.equal((await store.finder.events(subject, { before: null, limit: 9 })).rows.length, 0);
    const left = [await made(store, 'minute'), await made(store, 'hour'), await made(store, 'day')];
    assert.deepEqual(left, [0, 1, 1]);
  },
};

/** Deliveries made ten days before the samples begin, as one width counted them. */
async function made(store: Store, width: StatsWidth): Promise<number> {
  const since = floorTo(at(-10 * day), day);
  const subject = { tenantId: acme, endpointId: null };
  const { rows } = await store.stats.read({ subject, width, since, until: at(-9 * day) });
  return rows.reduce((sum, { counts }) => sum + (counts[slots.made] ?? 0), 0);
}

type Subject = Parameters<Store['stats']['read']>[0]['subject'];

/** What was counted on the day on which the samples begin. */
async function dayOf(store: Store, subject: Subject): Promise<Record<number, number>> {
  const since = floorTo(at(0), day);
  const { rows } = await store.stats.read({ subject, width: 'day', since, until: at(1) });
  return Object.values(plain(rows))[0] ?? {};
}

async function owedTo(store: Store, subject: Subject) {
  const { pendingCount, oldestDueAt } = await store.stats.read({ subject, width: 'day', ...span });
  return [pendingCount, oldestDueAt];
}
