import { createHash } from 'node:crypto';
import { Type } from './schemas/type.ts';
import type { Static, TSchema } from 'typebox';
import { AppError } from '../core/app-error.ts';
import type { Position } from '../core/ids.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Page, PageOf } from '../store/page.ts';
import { readInstant } from './instant-text.ts';
import type { Answer, Call } from './route.ts';
import { closed, orNull, time, whole } from './schemas/fields.ts';

/** The parameters that every list takes. */
export const listQuery = {
  limit: Type.Optional(whole(1, limits.listMax, `How many; ${limits.listDefault} when not said.`)),
  cursor: Type.Optional(Type.String({ description: 'The nextCursor of the page before.' })),
  'createdAt[gte]': Type.Optional({ ...time, description: 'Made at or after.' }),
  'createdAt[lt]': Type.Optional({ ...time, description: 'Made before.' }),
};

const ListQuery = closed(listQuery);
type ListCall = Call<unknown, Static<typeof ListQuery>>;

/** The schema of a list's answer. */
export function listOf(row: TSchema) {
  return closed({ data: Type.Array(row), nextCursor: orNull(Type.String()) });
}

/** Which piece of the list is asked for; throws when the cursor belongs to another list. */
export function pageOf(call: ListCall): Page {
  const { query } = call;
  const from = instantOf(query, 'createdAt[gte]');
  const until = instantOf(query, 'createdAt[lt]');
  return {
    before: query.cursor === undefined ? null : readCursor(query.cursor, filterDigest(call)),
    limit: query.limit ?? limits.listDefault,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Answers a piece of a list, each row as `view` shows it. */
export function listAnswer<Row>(
  call: ListCall,
  { rows, next }: PageOf<Row>,
  view: (row: Row) => unknown,
): Answer {
  const nextCursor = next === null ? null : cursorText(next, filterDigest(call));
  return { status: 200, body: { data: rows.map(view), nextCursor } };
}

/** The piece of a list that is wholly in memory, newest first. */
export function pageOfAll<Row extends { position: Position }>(
  all: readonly Row[],
  { before, limit, from, until }: Page,
  madeAt: (row: Row) => Instant,
): PageOf<Row> {
  const fitting = all.filter(
    (row) =>
      (before === null || row.position < before) &&
      (from === undefined || madeAt(row) >= from) &&
      (until === undefined || madeAt(row) < until),
  );
  const rows = fitting.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: fitting.length > limit && last !== undefined ? last.position : null };
}

/** The same of those that fit among so many, in any order, that they must not be sorted. */
export function pageOfMany<Row extends { position: Position }>(
  all: Iterable<Row>,
  page: Page,
  { fits, madeAt }: { fits: (row: Row) => boolean; madeAt: (row: Row) => Instant },
): PageOf<Row> {
  // One more than the page tells whether there are others.
  const most = page.limit + 1;
  let newest: Row[] = [];
  for (const row of all) {
    if (page.before !== null && row.position >= page.before) continue;
    if (!fits(row)) continue;
    if (page.from !== undefined && madeAt(row) < page.from) continue;
    if (page.until !== undefined && madeAt(row) >= page.until) continue;
    newest.push(row);
    if (newest.length >= 2 * most + keptUnsorted) newest = newestOf(newest, most);
  }
  return pageOfAll(newestOf(newest, most), page, madeAt);
}

const keptUnsorted = 1_000;

function newestOf<Row extends { position: Position }>(rows: readonly Row[], most: number): Row[] {
  return rows.toSorted((a, b) => b.position - a.position).slice(0, most);
}

function instantOf(query: Static<typeof ListQuery>, name: 'createdAt[gte]' | 'createdAt[lt]') {
  const given = query[name];
  if (given === undefined) return undefined;
  const at = readInstant(given);
  if (at !== null) return at;
  const errors = [{ pointer: `/${name}`, message: 'is not a time that exists' }];
  throw new AppError('validation_failed', undefined, { errors });
}

function filterDigest({ path, query, access }: ListCall): string {
  const { cursor: _cursor, limit: _limit, ...filter } = query;
  const sorted = Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const named = JSON.stringify([path, access.reach, sorted]);
  return createHash('sha256').update(named).digest('base64url').slice(0, 12);
}

function cursorText(before: Position, digest: string): string {
  return Buffer.from(`${before}.${digest}`).toString('base64url');
}

function readCursor(cursor: string, digest: string): Position {
  const decoded = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, before, about] = /^(\d{1,16})\.([\w-]{12})$/.exec(decoded) ?? [];
  if (before === undefined || about !== digest) throw new AppError('cursor_mismatch');
  return Number(before) as Position;
}
