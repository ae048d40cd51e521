import type { Position } from '../../server/src/core/ids.ts';
import type { Journal } from './journal.ts';
import { SortedList } from './sorted-list.ts';

/** Rows that never change, found by key or by position. */
export class PositionedTable<Row extends { readonly position: Position }> {
  /** All rows by position. */
  readonly rows = new SortedList<Row>((a, b) => a.position - b.position);
  readonly #journal: Journal;
  readonly #byKey = new Map<string, Row>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get(key: string): Row | undefined {
    return this.#byKey.get(key);
  }

  /** The row that has this position. */
  at(position: Position): Row | undefined {
    const row = this.rows.at(this.rows.placeOf((other) => other.position - position));
    return row?.position === position ? row : undefined;
  }

  insert(key: string, row: Row): void {
    this.#insert(key, row);
    this.#journal.note(() => this.#remove(key, row));
  }

  remove(key: string, row: Row): void {
    this.#remove(key, row);
    this.#journal.note(() => this.#insert(key, row));
  }

  #insert(key: string, row: Row): void {
    this.#byKey.set(key, row);
    this.rows.add(row);
  }

  #remove(key: string, row: Row): void {
    this.#byKey.delete(key);
    this.rows.remove(row);
  }
}
