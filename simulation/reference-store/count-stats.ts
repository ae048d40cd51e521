import type { Delivery } from '../../server/src/core/delivery.ts';
import type { EndpointId, TenantId } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import { addToSlot, countAttempt, noCounts, slots } from '../../server/src/core/stats/counts.ts';
import type { Counts } from '../../server/src/core/stats/counts.ts';
import { floorTo, widthMs } from '../../server/src/core/stats/stats-width.ts';
import type { StatsAnswer, StatsQuery, StatsSubject } from '../../server/src/store/stats.ts';
import { firstDue } from './find-due.ts';
import type { AttemptRow, EventRow, Image } from './image.ts';
import { rowKey } from './image.ts';

/** Something that is counted, where and when. */
export type Counted = {
  readonly tenantId: TenantId;
  /** Null for what is a tenant's alone. */
  readonly endpointId: EndpointId | null;
  readonly at: Instant;
  readonly addTo: (counts: Counts) => void;
};

/** Counts whatever is there, and what was there before retention took it. */
export function countStats(
  image: Image,
  { subject, width, since, until }: StatsQuery,
): StatsAnswer {
  const from = Math.max(since, image.countsBefore.get('all')?.[width] ?? since);
  const byStart = new Map<Instant, Counts>();
  for (const counted of everythingCounted(image)) {
    const start = floorTo(counted.at, widthMs[width]);
    if (!isOf(subject, counted) || start < from || start >= until) continue;
    const counts = byStart.get(start) ?? noCounts();
    byStart.set(start, counts);
    counted.addTo(counts);
  }
  const rows = [...byStart].toSorted(([a], [b]) => a - b);
  return {
    rows: rows.map(([startsAt, counts]) => ({ startsAt, counts })),
    ...owedTo(image, subject),
  };
}

/** What an event, its deliveries and its attempts add, for as long as counters are kept. */
function countedOf(image: Image, row: EventRow): Counted[] {
  const { tenantId, id, acceptedAt } = row.event;
  const deliveries = image.deliveries.ofEvent(row.position).map(({ now }) => now.delivery);
  const attempts = [...image.attempts.rows].filter(
    ({ attempt }) => attempt.tenantId === tenantId && attempt.eventId === id,
  );
  return [
    { tenantId, endpointId: null, at: acceptedAt, addTo: adding(slots.events) },
    ...deliveries.flatMap(countedDelivery),
    ...attempts.map(countedAttempt),
  ];
}

function* everythingCounted(image: Image): Iterable<Counted> {
  for (const { event } of image.events.rows) {
    const { tenantId, acceptedAt } = event;
    yield { tenantId, endpointId: null, at: acceptedAt, addTo: adding(slots.events) };
  }
  for (const { now } of image.deliveries.rows) yield* countedDelivery(now.delivery);
  for (const row of image.attempts.rows) yield countedAttempt(row);
  for (const [, pruned] of image.prunedCounts.sorted()) yield* pruned;
}

function countedDelivery({ tenantId, endpointId, createdAt, state }: Delivery): Counted[] {
  const made = { tenantId, endpointId, at: createdAt, addTo: adding(slots.made) };
  if (state.is === 'pending') return [made];
  return [made, { tenantId, endpointId, at: state.at, addTo: adding(slots[state.is]) }];
}

function countedAttempt({ attempt }: AttemptRow): Counted {
  const { tenantId, endpointId, startedAt } = attempt;
  return { tenantId, endpointId, at: startedAt, addTo: (counts) => countAttempt(counts, attempt) };
}

function adding(slot: number): (counts: Counts) => void {
  return (counts) => addToSlot(counts, slot, 1);
}

type Owner = { readonly tenantId: TenantId; readonly endpointId: EndpointId | null };

function isOf(subject: StatsSubject, { tenantId, endpointId }: Owner): boolean {
  if (subject.tenantId !== null && subject.tenantId !== tenantId) return false;
  return subject.endpointId === null || subject.endpointId === endpointId;
}

function owedTo({ deliveries }: Image, subject: StatsSubject) {
  const theirs = [...deliveries.endpoints].filter((rows) => isOf(subject, rows));
  const dues = theirs.flatMap((rows) => firstDue(rows)?.dueAt ?? []);
  const [oldest] = dues.toSorted((a, b) => a - b);
  const pendingCount = theirs.reduce((sum, { pending }) => sum + pending.length, 0);
  return { pendingCount, oldestDueAt: oldest ?? null };
}

/** Keeps what a pruned event added. */
export function keepCounted(image: Image, row: EventRow): void {
  const { tenantId, id } = row.event;
  // An id that was free again may be pruned again.
  const key = rowKey(tenantId, id, String(row.position));
  image.prunedCounts.set(key, countedOf(image, row));
}
