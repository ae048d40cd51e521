import type { Position } from '../../server/src/core/ids.ts';
import { shardOf } from '../../server/src/core/shard.ts';
import type { Shard } from '../../server/src/core/shard.ts';
import type { TailItem } from '../../server/src/store/queue.ts';
import { asPending, isLoadable } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import type { Image } from './image.ts';

/** From where on, and about which shards, a tail is asked for. */
export type TailQuery = {
  readonly shards: readonly Shard[];
  readonly after: Position | null;
  readonly limit: number;
};

/** What happened after a position: deliveries that may go, and changes that others made. */
export function readTail(image: Image, query: TailQuery) {
  const { after, limit } = query;
  if (after === null) return { items: [], position: image.newest };
  const numbers = new Set(query.shards.map(({ number }) => number));
  const isAsked = (item: TailItem) => numbers.has(shardOf(endpointOf(item)).number);
  const items = [...acceptedSince(image, after), ...changedSince(image, after)]
    .filter(isAsked)
    .toSorted((a, b) => a.position - b.position);
  const told = items.slice(0, limit);
  const last = told.at(-1);
  const isCut = items.length > limit && last !== undefined;
  return { items: told, position: isCut ? last.position : image.newest };
}

function* acceptedSince(image: Image, after: Position): Iterable<TailItem> {
  const { rows } = image.deliveries;
  const first = rows.placeOf(({ now }) => now.delivery.position - after - 0.5);
  for (let place = first; place < rows.length; place += 1) {
    const row = rows.at(place);
    if (row !== undefined) yield* accepted(row);
  }
}

function accepted({ now }: DeliveryRow): TailItem[] {
  const delivery = isLoadable(now) ? asPending(now) : null;
  if (delivery === null) return [];
  return [{ kind: 'accepted', position: delivery.position, delivery }];
}

function* changedSince(image: Image, after: Position): Iterable<TailItem> {
  const { rows } = image.changes;
  const first = rows.placeOf(({ position }) => position - after - 0.5);
  for (let place = first; place < rows.length; place += 1) {
    const item = rows.at(place);
    if (item !== undefined) yield item;
  }
}

function endpointOf(item: TailItem) {
  return item.kind === 'accepted' ? item.delivery.endpointId : item.endpointId;
}
