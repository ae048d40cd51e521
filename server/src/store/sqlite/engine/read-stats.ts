import { instant } from '../../../core/instant.ts';
import type { Instant } from '../../../core/instant.ts';
import type { Counts } from '../../../core/stats/counts.ts';
import { addCounts, noCounts, pendingChange } from '../../../core/stats/counts.ts';
import { addWrittenCounts } from '../../../core/stats/counts-bytes.ts';
import { floorTo, widthMs } from '../../../core/stats/stats-width.ts';
import { VarintReader } from '../../../core/stats/varints.ts';
import type { StatsAnswer, StatsQuery, StatsSubject } from '../../stats.ts';
import type { ReadContext } from './context.ts';
import { tenantKey } from './context.ts';
import { places, states } from './delivery-row.ts';
import { oldestDueAt } from './due-endpoints.ts';
import type { Increment } from './increment.ts';
import type { Increments } from './increments.ts';
import { readJournal } from './stats-journal.ts';

/** Keys of a subject; 0 as tenant is every tenant, 0 as endpoint is every endpoint. */
type Keys = { readonly tenant: number; readonly endpoint: number };

/** Reads one row a width, and the journal, which is short. */
export function readStats(context: ReadContext, query: StatsQuery): StatsAnswer {
  const keys = keysOf(context, query.subject);
  if (keys === null) return { rows: [], pendingCount: 0, oldestDueAt: null };
  const journal = readJournal(context);
  const fresh = journal.all.filter((increment) => isOf(increment, keys));
  return {
    rows: readRows(context, { keys, query, fresh }),
    pendingCount: pendingOf(context, keys, fresh),
    oldestDueAt: oldestDueOf(context, keys, journal),
  };
}

/** Null when nothing of the subject was ever stored. */
function keysOf(context: ReadContext, { tenantId, endpointId }: StatsSubject): Keys | null {
  if (tenantId === null) return { tenant: 0, endpoint: 0 };
  const tenant = tenantKey(context, tenantId);
  if (tenant === null) return null;
  if (endpointId === null) return { tenant, endpoint: 0 };
  const endpoint = context.names.find('endpoint', tenant, endpointId);
  return endpoint === null ? null : { tenant, endpoint };
}

function isOf({ tenant, subject }: Increment, keys: Keys): boolean {
  if (keys.endpoint !== 0) return subject === keys.endpoint;
  return keys.tenant === 0 || tenant === keys.tenant;
}

function subjectOf({ tenant, endpoint }: Keys): number {
  return endpoint === 0 ? tenant : endpoint;
}

function readRows(
  { db }: ReadContext,
  of: { readonly keys: Keys; readonly query: StatsQuery; readonly fresh: readonly Increment[] },
): StatsAnswer['rows'] {
  const { width, since, until } = of.query;
  const lengthMs = widthMs[width];
  const added = sumByStart(of.fresh, lengthMs);
  const rows: { startsAt: Instant; counts: Counts }[] = [];
  for (let start: number = since; start < until; start += lengthMs) {
    const row = db.tuple<[Uint8Array]>(
      'SELECT counts FROM stats WHERE width = ? AND start = ? AND subject = ?',
      lengthMs,
      start,
      subjectOf(of.keys),
    );
    const counts = added.get(start) ?? (row === null ? null : noCounts());
    if (counts === null) continue;
    if (row !== null) addWrittenCounts(counts, new VarintReader(row[0]));
    rows.push({ startsAt: instant(start), counts });
  }
  return rows;
}

function sumByStart(increments: readonly Increment[], lengthMs: number): Map<number, Counts> {
  const sums = new Map<number, Counts>();
  for (const { minute, counts } of increments) {
    const start = floorTo(minute * widthMs.minute, lengthMs);
    const sum = sums.get(start) ?? noCounts();
    sums.set(start, sum);
    addCounts(sum, counts);
  }
  return sums;
}

function pendingOf({ db }: ReadContext, keys: Keys, fresh: readonly Increment[]): number {
  const row = db.get<{ pending: number }>(
    'SELECT pending FROM backlogs WHERE tenant = ? AND subject = ?',
    keys.tenant,
    subjectOf(keys),
  );
  return fresh.reduce((sum, { counts }) => sum + pendingChange(counts), row?.pending ?? 0);
}

/** A tenant's endpoints are those with a backlog, or with something in the journal. */
function oldestDueOf(context: ReadContext, keys: Keys, journal: Increments): Instant | null {
  if (keys.tenant === 0) return oldestDueAt(context);
  if (keys.endpoint !== 0) return firstDueOf(context, keys.endpoint);
  const endpoints = new Set(backlogged(context, keys.tenant));
  for (const increment of journal.all) {
    if (increment.tenant === keys.tenant) endpoints.add(increment.subject);
  }
  let oldest: Instant | null = null;
  for (const endpoint of endpoints) {
    const dueAt = firstDueOf(context, endpoint);
    if (dueAt !== null && (oldest === null || dueAt < oldest)) oldest = dueAt;
  }
  return oldest;
}

function backlogged({ db }: ReadContext, tenant: number): number[] {
  const rows = db.all<{ subject: number }>(
    'SELECT subject FROM backlogs WHERE tenant = ? AND subject <> tenant',
    tenant,
  );
  return rows.map(({ subject }) => subject);
}

function firstDueOf({ db }: ReadContext, endpoint: number): Instant | null {
  const row = db.get<{ due_at: Instant }>(
    `SELECT due_at FROM deliveries WHERE endpoint = ? AND state = ${states.pending}
      AND place <> ${places.follower} ORDER BY due_at LIMIT 1`,
    endpoint,
  );
  return row?.due_at ?? null;
}
