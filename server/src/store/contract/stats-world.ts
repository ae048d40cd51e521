import assert from 'node:assert/strict';
import type { StoredAttempt } from '../../core/attempt.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { EndpointId, TenantId } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import { addToSlot, countAttempt, noCounts, slots } from '../../core/stats/counts.ts';
import type { Counts } from '../../core/stats/counts.ts';
import { floorTo, statsWidths, widthMs } from '../../core/stats/stats-width.ts';
import type { StatsWidth } from '../../core/stats/stats-width.ts';
import type { EventSummary } from '../finder.ts';
import type { StatsSubject } from '../stats.ts';
import type { Store } from '../store.ts';
import { readPages } from './arrange.ts';

/** All rows of a store, found by its lists; what retention removes stays in it. */
export class CountedLog {
  readonly #events = new Map<string, EventSummary>();
  readonly #deliveries = new Map<string, Delivery>();
  readonly #attempts = new Map<string, StoredAttempt>();

  /** Reads whatever is there now; a row that was read before is replaced. */
  async read({ finder, log }: Store): Promise<void> {
    const everyTenant = { tenantId: null };
    for (const row of await readPages(500, (page) => finder.events(everyTenant, page))) {
      this.#events.set(`${row.tenantId} ${row.id}`, row);
    }
    for (const row of await readPages(500, (page) => finder.deliveries(everyTenant, page))) {
      this.#deliveries.set(row.id, row);
    }
    for (const row of await readPages(500, (page) => log.search(everyTenant, page))) {
      this.#attempts.set(row.id, row);
    }
  }

  /** Counts the rows of a subject one by one. */
  count(subject: StatsSubject, width: StatsWidth): Record<number, Record<number, number>> {
    const byStart = new Map<Instant, Counts>();
    const of = (at: Instant): Counts => {
      const start = floorTo(at, widthMs[width]);
      const counts = byStart.get(start) ?? noCounts();
      byStart.set(start, counts);
      return counts;
    };
    for (const { tenantId, acceptedAt } of this.#events.values()) {
      if (isOf(subject, tenantId, null)) addToSlot(of(acceptedAt), slots.events, 1);
    }
    for (const { tenantId, endpointId, createdAt, state } of this.#deliveries.values()) {
      if (!isOf(subject, tenantId, endpointId)) continue;
      addToSlot(of(createdAt), slots.made, 1);
      if (state.is !== 'pending') addToSlot(of(state.at), slots[state.is], 1);
    }
    for (const attempt of this.#attempts.values()) {
      const { tenantId, endpointId, startedAt } = attempt;
      if (isOf(subject, tenantId, endpointId)) countAttempt(of(startedAt), attempt);
    }
    return plain([...byStart].map(([startsAt, counts]) => ({ startsAt, counts })));
  }

  /** How many of a subject are pending, and when the first that may go falls due. */
  owed(subject: StatsSubject): { pendingCount: number } {
    const pending = [...this.#deliveries.values()].filter(
      ({ tenantId, endpointId, state }) =>
        state.is === 'pending' && isOf(subject, tenantId, endpointId),
    );
    return { pendingCount: pending.length };
  }
}

/** What was counted between two instants: numbers that are not 0, by start and slot. */
export function plain(
  rows: readonly { readonly startsAt: Instant; readonly counts: Counts }[],
): Record<number, Record<number, number>> {
  const used = rows.map(({ startsAt, counts }) => {
    const entries = [...counts].flatMap((count, slot) => (count === 0 ? [] : [[slot, count]]));
    return [startsAt, Object.fromEntries(entries) as Record<number, number>] as const;
  });
  return Object.fromEntries(used.filter(([, counts]) => Object.keys(counts).length > 0));
}

/** Insists that what a store counted of each subject is what its log holds. */
export async function assertCounted(
  store: Store,
  { log, subjects, since, until }: CountedSpan,
): Promise<void> {
  for (const subject of subjects) {
    for (const width of statsWidths) {
      const from = floorTo(since, widthMs[width]);
      const read = await store.stats.read({ subject, width, since: from, until });
      assert.deepEqual(plain(read.rows), log.count(subject, width), width);
      assert.equal(read.pendingCount, log.owed(subject).pendingCount);
    }
  }
}

/** What {@link assertCounted} compares: the log must lie within the span. */
export type CountedSpan = {
  readonly log: CountedLog;
  readonly subjects: readonly StatsSubject[];
  readonly since: Instant;
  readonly until: Instant;
};

function isOf(subject: StatsSubject, tenantId: TenantId, endpointId: EndpointId | null): boolean {
  if (subject.tenantId !== null && subject.tenantId !== tenantId) return false;
  return subject.endpointId === null || subject.endpointId === endpointId;
}
