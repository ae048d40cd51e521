import assert from 'node:assert/strict';
import type { Attempt } from '../../core/attempt.ts';
import type { AttemptFilter } from '../attempt-log.ts';
import type { Store } from '../store.ts';
import { acceptOne, holdAll, readPages, recordMoved } from './arrange.ts';
import { registerLaws } from './law.ts';
import type { Laws } from './law.ts';
import type { OpenStore } from './open-store.ts';
import { acme, at, attemptRecord, globex, neverEnding, plannedDelivery } from './sample.ts';
import { plannedEvent, sampleAttempt } from './sample.ts';

/** Every attempt is found again, by what happened and where. */
export function attemptLogContract(open: OpenStore): void {
  registerLaws(open, laws);
}

const newest = { before: null, limit: 100 };

const laws: Laws = {
  'filters of attempts hold together, in pages, newest first': async ({ store }) => {
    const log = await attemptFour(store);
    const [first, second] = log;
    const rows: [because: string, filter: Partial<AttemptFilter>, indexes: number[]][] = [
      ['no filter shows all', {}, [3, 2, 1, 0]],
      ['one delivery', { deliveryId: first.deliveryId }, [0]],
      ['one event', { eventId: second.eventId }, [1]],
      ['one endpoint', { endpointId: second.endpointId }, [1]],
      ['one type', { eventType: 'b.done' }, [3, 1]],
      ['what succeeded', { status: 'succeeded' }, [0]],
      ['what failed', { status: 'failed' }, [3, 2, 1]],
      ['one status code', { statusCode: 503 }, [2, 1]],
      ['one error', { error: 'timeout' }, [3]],
      ['an error that names a status', { error: 'http_503' }, [2, 1]],
      ['type and code', { eventType: 'b.done', statusCode: 503 }, [1]],
      ['nothing fits both', { status: 'succeeded', error: 'timeout' }, []],
    ];

    for (const [because, filter, indexes] of rows) {
      for (const limit of [1, 3, 100]) {
        const found = await readPages(limit, (page) =>
          store.log.search({ tenantId: acme, ...filter }, page),
        );

        const wanted = indexes.map((index) => log[index]?.id);
        const ids = found.map(({ id }) => id);
        assert.deepEqual(ids, wanted, `${because}, in pages of ${limit}`);
      }
    }
  },

  'an attempt in a list is the one that is looked up': async ({ store }) => {
    const [first] = await attemptFour(store);

    const { rows } = await store.log.search({ tenantId: acme }, newest);

    assert.deepEqual(rows.at(-1), await store.log.get({ tenantId: acme, id: first.id }));
  },

  'attempts have a window, by when they were made': async ({ store }) => {
    await attemptFour(store);
    const list = async (window: object) => {
      const page = await store.log.search({ tenantId: acme }, { ...newest, ...window });
      return page.rows.map(({ startedAt }) => startedAt - at(0));
    };

    assert.deepEqual(await list({ from: at(2_500) }), [4_000, 3_000]);
    assert.deepEqual(await list({ until: at(2_500) }), [2_000, 1_000]);
    assert.deepEqual(await list({ from: at(1_500), until: at(3_500) }), [3_000, 2_000]);
  },

  'a tenant sees its own attempts alone': async ({ store }) => {
    const [ours] = await attemptFour(store);
    const plan = plannedDelivery();
    await acceptOne(store, plannedEvent({ event: { tenantId: globex }, deliveries: [plan] }));
    const [delivery] = await store.queue.loadDue({
      tenantId: globex,
      endpointId: plan.endpointId,
      dueBefore: neverEnding,
      limit: 1,
    });
    assert.ok(delivery);
    const attempt = sampleAttempt(delivery);
    const held = (await holdAll(store))(plan.endpointId);
    await recordMoved(store, attemptRecord(delivery, held, { attempt }));

    const seen = async (filter: AttemptFilter) => (await store.log.search(filter, newest)).rows;

    assert.equal((await seen({ tenantId: acme })).length, 4);
    assert.equal((await seen({ tenantId: globex })).length, 1);
    assert.equal((await seen({ tenantId: null })).length, 5);
    assert.deepEqual(await seen({ tenantId: acme, deliveryId: plan.id }), []);
    assert.equal(await store.log.get({ tenantId: acme, id: attempt.id }), null);
    assert.equal((await store.log.get({ tenantId: null, id: attempt.id }))?.id, attempt.id);
    assert.equal(await store.log.get({ tenantId: globex, id: ours.id }), null);
  },
};

/** Four events with one attempt each: 200, 503, 503 and a time-out, a second apart. */
async function attemptFour(store: Store): Promise<[Attempt, Attempt, ...Attempt[]]> {
  const outcomes = [
    { eventType: 'a.done' },
    { eventType: 'b.done', status: 'failed', statusCode: 503, error: 'http_503' },
    { eventType: 'a.done', status: 'failed', statusCode: 503, error: 'http_503' },
    { eventType: 'b.done', status: 'failed', statusCode: null, error: 'timeout' },
  ] as const;
  const hold = await holdAll(store);
  const attempts: Attempt[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const plan = plannedDelivery({ dueAt: at(1_000 * (index + 1)) });
    const event = { type: outcome.eventType };
    await acceptOne(store, plannedEvent({ event, deliveries: [plan] }));
    const query = { tenantId: acme, endpointId: plan.endpointId };
    const [delivery] = await store.queue.loadDue({ ...query, dueBefore: neverEnding, limit: 1 });
    assert.ok(delivery);
    const attempt = sampleAttempt(delivery, { ...outcome, startedAt: plan.dueAt });
    await recordMoved(
      store,
      attemptRecord(delivery, hold(plan.endpointId), { attempt, ...next(index) }),
    );
    attempts.push(attempt);
  }
  const [first, second, ...rest] = attempts;
  assert.ok(first && second);
  return [first, second, ...rest];
}

function next(index: number) {
  if (index === 0) return {};
  return { next: { is: 'dead', reason: 'attempts_exhausted', holdsKey: false } } as const;
}
