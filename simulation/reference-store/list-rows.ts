import type { Position } from '../../server/src/core/ids.ts';
import type { Instant } from '../../server/src/core/instant.ts';
import type { Page, PageOf } from '../../server/src/store/page.ts';
import type { SortedList } from './sorted-list.ts';

/** How rows of one table are listed. */
export type Listing<Row, Shown> = {
  readonly rows: SortedList<Row>;
  readonly positionOf: (row: Row) => Position;
  readonly madeAt: (row: Row) => Instant;
  readonly matches: (row: Row) => boolean;
  readonly show: (row: Row) => Shown;
};

/** A page of a table, newest first. */
export function listRows<Row, Shown>(list: Listing<Row, Shown>, page: Page): PageOf<Shown> {
  const found: Row[] = [];
  for (const row of backwards(list, page.before)) {
    if (!isWithin(list.madeAt(row), page) || !list.matches(row)) continue;
    const last = found.at(-1);
    if (found.length === page.limit && last !== undefined) {
      return { rows: found.map(list.show), next: list.positionOf(last) };
    }
    found.push(row);
  }
  return { rows: found.map(list.show), next: null };
}

function* backwards<Row, Shown>(
  { rows, positionOf }: Listing<Row, Shown>,
  before: Position | null,
): Iterable<Row> {
  const end = before === null ? rows.length : rows.placeOf((row) => positionOf(row) - before);
  for (let place = end - 1; place >= 0; place -= 1) {
    const row = rows.at(place);
    if (row !== undefined) yield row;
  }
}

function isWithin(madeAt: Instant, { from, until }: Page): boolean {
  return (from === undefined || madeAt >= from) && (until === undefined || madeAt < until);
}
