import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timers } from '../core/clock.ts';
import type { EventType } from '../core/event-type.ts';
import type { TenantId } from '../core/ids.ts';
import { instant, later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Resource } from '../store/catalogue.ts';
import { catalogueWrite, plannedEvent } from '../store/contract/sample.ts';
import { openSqliteInline } from '../store/sqlite/sqlite-inline.ts';
import type { PruneRequest } from '../store/store.ts';
import { Retention } from './retention.ts';

const day = 86_400_000;

/** Retention over a real store, on a clock that the test turns round by round. */
async function stage() {
  let now = instant(1_750_000_000_000);
  const due: (() => void)[] = [];
  const clock = { now: () => now, monotonicMs: () => now, wallSeconds: () => now / 1_000 };
  const timers: Timers = {
    after: (_delayMs, run) => {
      due.push(run);
      return { cancel: () => void due.splice(0) };
    },
  };
  const chance = { bytes: (length: number) => Buffer.alloc(length, 1), sample: () => 0 };
  const store = openSqliteInline({ path: ':memory:', masterKey: chance.bytes(32), clock, chance });
  const mirror = new CatalogueMirror(store.catalogue);
  await mirror.refresh();
  const asked: PruneRequest[] = [];
  const prune = (request: PruneRequest) => {
    asked.push(request);
    return store.prune(request);
  };
  const retentionMs = limits.retentionMs;
  const emit = () => undefined;
  const retention = new Retention({ store: { prune }, mirror, clock, timers, emit, retentionMs });
  retention.start();
  return {
    store,
    asked,
    now: () => now,
    put: async (resource: Resource) => {
      const writes = [catalogueWrite(resource)];
      await mirror.change({ tenantId: null, writes, idempotency: null });
    },
    accept: async (type: string, tenantId: string) => {
      const event = { type, tenantId: tenantId as TenantId, acceptedAt: now };
      await store.queue.accept([plannedEvent({ event, catalogueVersion: mirror.version })]);
    },
    /** Lets time pass, then one round. */
    round: async (ms: number) => {
      now = later(now, ms);
      due.pop()?.();
      while (due.length === 0) await new Promise((resolve) => setImmediate(resolve));
    },
    types: async () => {
      const { rows } = await store.finder.events({ tenantId: null }, { before: null, limit: 99 });
      return rows.map(({ type, tenantId }) => `${tenantId} ${type}`).toSorted();
    },
    [Symbol.asyncDispose]: async () => {
      await retention.stop();
      await store[Symbol.asyncDispose]();
    },
  };
}

function typeOf(id: string, retentionMs: number | null): Resource {
  const at = instant(0);
  const unsaid = { description: '', schema: null, sample: null, isDeprecated: false };
  const value: EventType = {
    id,
    tenantId: null,
    ...unsaid,
    retentionMs,
    createdAt: at,
    updatedAt: at,
  };
  return { kind: 'event_type', value };
}

function tenantOf(id: string, retentionMs: number | null): Resource {
  const at = instant(0);
  const value = { id: id as TenantId, name: id, retentionMs, createdAt: at, updatedAt: at };
  return { kind: 'tenant', value };
}

test('events are kept for as long as their type says, else their tenant, else all', async () => {
  await using at = await stage();
  await at.put(typeOf('audit', 365 * day));
  await at.put(typeOf('plain', null));
  await at.put(tenantOf('brief', 7 * day));
  for (const tenant of ['brief', 'usual']) {
    for (const type of ['audit', 'plain', 'unknown']) await at.accept(type, tenant);
  }

  const seen: string[][] = [];
  for (const days of [7, 1, 30, 328]) {
    await at.round(days * day);
    seen.push(await at.types());
  }

  const audits = ['brief audit', 'usual audit'];
  assert.deepEqual(seen, [
    ['brief audit', 'brief plain', 'brief unknown', 'usual audit', 'usual plain', 'usual unknown'],
    ['brief audit', 'usual audit', 'usual plain', 'usual unknown'],
    audits,
    [],
  ]);
});

test('what is kept for longer is looked at again once in a while, not each round', async () => {
  await using at = await stage();
  await at.put(typeOf('audit', 365 * day));
  const roundMs = limits.retentionRoundMs;

  for (let rounds = 0; rounds < 3; rounds += 1) await at.round(roundMs);
  await at.round(limits.retentionFreshMs);

  assert.deepEqual(
    at.asked.map(({ own }) => own?.isFresh),
    [true, false, false, true],
  );
});

test('without own retentions nothing is asked but what holds for all', async () => {
  await using at = await stage();

  await at.round(limits.retentionRoundMs);

  assert.ok(at.asked.every(({ own }) => own === undefined));
});
