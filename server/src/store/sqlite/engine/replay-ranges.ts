import type { ReplaySearch } from '../../replays.ts';
import type { ReadContext } from './context.ts';
import { findEventRow } from './find-event.ts';
import { packId } from './id-blob.ts';
import { positionBounds } from './position-bounds.ts';

/** Positions more than `above`, up to `through`. */
export type Range = { readonly above: number; readonly through: number };

/** All that a search may still look at. */
export function openRange({ db }: ReadContext, search: ReplaySearch): Range {
  const { since, until } = search.request;
  const { above, below } = positionBounds(db, {
    ...{ before: null, limit: 1 },
    ...(since === null ? {} : { from: since }),
    ...(until === null ? {} : { until }),
  });
  return {
    above: Math.max(search.after, above),
    through: Math.min(search.upTo, below - 1),
  };
}

/** Where named deliveries, or those of named events, stand within a range, in order. */
export function namedDeliveries(
  context: ReadContext,
  tenant: number,
  { search: { request }, within }: { search: ReplaySearch; within: Range },
): Range[] | null {
  if (request.deliveryIds !== null) {
    const found = request.deliveryIds.flatMap((id) => deliveryPosition(context, tenant, id));
    return inOrder(found.map(single), within);
  }
  if (request.eventIds === null) return null;
  const events = request.eventIds.flatMap((id) => findEventRow(context, tenant, id) ?? []);
  const behind = events.map(({ position, delivery_count: count }) => ({
    above: position,
    through: position + count,
  }));
  return inOrder(behind, within);
}

/** Where named events stand within a range, in order; null when none are named. */
export function namedEvents(
  context: ReadContext,
  tenant: number,
  { search: { request }, within }: { search: ReplaySearch; within: Range },
): Range[] | null {
  if (request.eventIds === null) return null;
  const events = request.eventIds.flatMap((id) => findEventRow(context, tenant, id) ?? []);
  return inOrder(
    events.map(({ position }) => single(position)),
    within,
  );
}

function deliveryPosition({ db }: ReadContext, tenant: number, id: string): number[] {
  const row = db.get<{ position: number }>(
    'SELECT position FROM deliveries WHERE id = ? AND tenant = ?',
    packId('delivery', id),
    tenant,
  );
  return row === null ? [] : [row.position];
}

function single(position: number): Range {
  return { above: position - 1, through: position };
}

function inOrder(ranges: readonly Range[], within: Range): Range[] {
  return ranges
    .map(({ above, through }) => ({
      above: Math.max(above, within.above),
      through: Math.min(through, within.through),
    }))
    .filter(({ above, through }) => above < through)
    .toSorted((a, b) => a.above - b.above);
}
