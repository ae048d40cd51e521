import type { Position } from '../../../core/ids.ts';
import { limits } from '../../../core/limits.ts';
import type { Database, Value } from './database.ts';

/** Conditions of a list: those an index answers, and those each row is asked. */
export class Conditions {
  readonly #indexed: string[] = [];
  readonly #indexedValues: Value[] = [];
  readonly #asked: string[] = [];
  readonly #askedValues: Value[] = [];

  /** A condition that narrows what is read. */
  narrow(sql: string, ...values: Value[]): void {
    this.#indexed.push(sql);
    this.#indexedValues.push(...values);
  }

  /** A condition that a read row must also meet. */
  ask(sql: string, ...values: Value[]): void {
    this.#asked.push(sql);
    this.#askedValues.push(...values);
  }

  get fits(): string {
    return this.#asked.length === 0 ? '1' : this.#asked.map((each) => `(${each})`).join(' AND ');
  }

  get where(): string {
    return this.#indexed.length === 0 ? 'TRUE' : this.#indexed.join(' AND ');
  }

  /** In the order of `SELECT fits … WHERE where`. */
  get values(): Value[] {
    return [...this.#askedValues, ...this.#indexedValues];
  }
}

/** Positions of a page, newest first, and where the next page goes on. */
export type Scanned = { readonly positions: number[]; readonly next: Position | null };

/** Rows of a page, newest first, and where the next page goes on. */
export type ScannedRows<Row> = { readonly rows: Row[]; readonly next: Position | null };

type Scan = { sql: string; values: readonly Value[]; limit: number };

/** {@link scanRows} over rows that their positions name. */
export function scan(db: Database, scanning: Scan): Scanned {
  const { rows, next } = scanRows(db, scanning);
  return { positions: rows.map(({ position }) => position), next };
}

/**
 * Reads `SELECT position, fits` newest first until a page is full. It looks at no more than
 * `limits.scanRows` rows, so that no filter holds a read transaction for long; a page may then be
 * short and still have a next one.
 */
export function scanRows<Row extends { position: number; fits: number }>(
  db: Database,
  { sql, values, limit }: Scan,
): ScannedRows<Row> {
  const rows: Row[] = [];
  let seen = 0;
  for (const row of db.each<Row>(sql, ...values)) {
    seen += 1;
    if (row.fits === 1 && rows.length === limit) return { rows, next: last(rows) };
    if (row.fits === 1) rows.push(row);
    if (seen >= limits.scanRows) return { rows, next: row.position as Position };
  }
  return { rows, next: null };
}

function last(rows: readonly { position: number }[]): Position {
  return (rows.at(-1)?.position ?? 0) as Position;
}
