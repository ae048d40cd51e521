import type { Page } from '../../page.ts';
import type { Database } from './database.ts';

/** Positions that enclose a span of time: more than `above`, less than `below`. */
export type PositionBounds = { readonly above: number; readonly below: number };

/**
 * How far rows may stand from the order of their times: an attempt is recorded after it began, a
 * batch is committed after it was accepted, a clock is set back while the server is down.
 */
const slackMs = 3_600_000;

const highest = Number.MAX_SAFE_INTEGER;

/**
 * Where rows of a time range can stand. Position order is nearly time order, so a search by halves
 * over the events finds the place in a history of any length; rows are then asked exactly.
 */
export function positionBounds(db: Database, { before, from, until }: Page): PositionBounds {
  const below = before ?? highest;
  return {
    above: from === undefined ? 0 : lastBefore(db, from - slackMs),
    below: until === undefined ? below : Math.min(below, firstFrom(db, until + slackMs)),
  };
}

type Found = { position: number; accepted_at: number };

/** The position of the last event accepted before an instant; 0 when there is none. */
function lastBefore(db: Database, at: number): number {
  const first = firstFrom(db, at);
  const row = db.get<Found>(
    'SELECT position, accepted_at FROM events WHERE position < ? ORDER BY position DESC LIMIT 1',
    first,
  );
  return row?.position ?? 0;
}

/** The position of the first event accepted at or after an instant. */
function firstFrom(db: Database, at: number): number {
  let low = 0;
  let high = newestEvent(db) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = eventFrom(db, middle);
    if (found === null || found.accepted_at >= at) high = middle;
    else low = found.position + 1;
  }
  return eventFrom(db, low)?.position ?? highest;
}

function eventFrom(db: Database, position: number): Found | null {
  return db.get<Found>(
    'SELECT position, accepted_at FROM events WHERE position >= ? ORDER BY position LIMIT 1',
    position,
  );
}

function newestEvent(db: Database): number {
  const row = db.get<{ position: number | null }>('SELECT max(position) AS position FROM events');
  return row?.position ?? 0;
}
