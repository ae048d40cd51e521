import type { Position } from '../../server/src/core/ids.ts';
import type { EventsAfter, Finder } from '../../server/src/store/finder.ts';
import { guardedKey } from './guarded-rows.ts';
import { rowKey } from './image.ts';
import type { EventRow, Image } from './image.ts';

type Query = Parameters<Finder['eventsAfter']>[0];

/** Events after a position, of everyone, of a tenant, or of one guarded row. */
export function eventsAfter(image: Image, query: Query): EventsAfter {
  const { limit, bytes } = query;
  const { positions, removed } = lookedAt(image, query);
  const events = [];
  let size = 0;
  for (const [index, position] of positions.entries()) {
    const event = image.events.at(position)?.event;
    if (event !== undefined && event.dataErasedAt === undefined) {
      events.push(event);
      size += event.data.byteLength;
    }
    const isEnough = index + 1 >= limit || size >= bytes;
    if (isEnough) return { events, position, isTooOld: removed > query.after };
  }
  return { events, position: image.newest, isTooOld: removed > query.after };
}

type Looked = { readonly positions: readonly Position[]; readonly removed: number };

function lookedAt(image: Image, { tenantId, after, subject }: Query): Looked {
  if (subject === undefined) {
    const isAsked = ({ event, position }: EventRow): boolean =>
      position > after && (tenantId === null || event.tenantId === tenantId);
    const rows = [...image.events.rows].filter(isAsked);
    const removed = image.removedPositions.get(rowKey(tenantId)) ?? 0;
    return { positions: rows.map(({ position }) => position), removed };
  }
  const entry =
    tenantId === null ? undefined : image.guarded.get(guardedKey({ tenantId, ...subject }));
  const positions = (entry?.history ?? []).map(({ position }) => position);
  return {
    positions: positions.filter((position) => position > after),
    removed: entry?.removedPosition ?? 0,
  };
}
