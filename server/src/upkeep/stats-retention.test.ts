import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import { slots } from '../core/stats/counts.ts';
import { floorTo, statsWidths, widthMs } from '../core/stats/stats-width.ts';
import { CatalogueMirror } from '../store/catalogue-mirror.ts';
import { acme, plannedEvent } from '../store/contract/sample.ts';
import { openSqliteInline } from '../store/sqlite/sqlite-inline.ts';
import { Retention } from './retention.ts';

const acceptedAt = instant(1_750_000_000_000);

const ages: [because: string, afterMs: number, kept: number[]][] = [
  ['everything is kept at first', 60_000, [1, 1, 1]],
  ['minutes go after two days', limits.statsMinutesMs + widthMs.hour, [0, 1, 1]],
  ['hours go after a month', limits.statsHoursMs + widthMs.day, [0, 0, 1]],
  ['days go after a year and some', limits.statsDaysMs + widthMs.day, [0, 0, 0]],
];
for (const [because, afterMs, kept] of ages) {
  test(`a round of retention ${afterMs} ms later: ${because}`, async () => {
    let now = acceptedAt;
    const rounds: (() => void)[] = [];
    const clock = { now: () => now, monotonicMs: () => now, wallSeconds: () => now / 1_000 };
    const chance = { bytes: (length: number) => Buffer.alloc(length, 1), sample: () => 0 };
    const masterKey = chance.bytes(32);
    await using store = openSqliteInline({ path: ':memory:', masterKey, clock, chance });
    await store.queue.accept([plannedEvent({ event: { acceptedAt } })]);
    const retention = new Retention({
      ...{ store, clock, mirror: new CatalogueMirror(store.catalogue) },
      timers: { after: (_ms, run) => (rounds.push(run), { cancel: () => undefined }) },
      emit: () => undefined,
      retentionMs: limits.retentionMs,
    });
    retention.start();

    now = later(acceptedAt, afterMs);
    rounds[0]?.();
    await retention.stop();

    const counted = statsWidths.map(async (width) => {
      const since = floorTo(acceptedAt, widthMs[width]);
      const until = later(since, widthMs[width]);
      const subject = { tenantId: acme, endpointId: null };
      const { rows } = await store.stats.read({ subject, width, since, until });
      return rows[0]?.counts[slots.events] ?? 0;
    });
    assert.deepEqual(await Promise.all(counted), kept);
  });
}
