import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

/** What a parameter of a statement may be. */
export type Value = null | number | string | Uint8Array;

/** More distinct statements than list filters can make; a guard, not a cache size. */
const preparedMax = 512;

/** One connection with its prepared statements, kept by their text. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(path: string, options: { readonly busyMs: number }) {
    this.#connection = new DatabaseSync(path, { timeout: options.busyMs });
  }

  /** Runs a statement and answers how many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** The first row; null when there is none. The caller vouches for the columns it names. */
  get<Row>(sql: string, ...values: Value[]): Row | null {
    return (this.#prepare(sql).get(...values) as Row | undefined) ?? null;
  }

  /** The columns of the first row, in order: cheaper than `get`, for what every write does. */
  tuple<Columns extends Value[]>(sql: string, ...values: Value[]): Columns | null {
    const statement = this.#prepare(sql);
    statement.setReturnArrays(true);
    // With arrays asked for, a row is one; the type of `get` knows objects alone.
    return (statement.get(...values) as unknown as Columns | undefined) ?? null;
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Rows one by one, for a reader that may stop early; no other use of the same text meanwhile. */
  *each<Row>(sql: string, ...values: Value[]): Generator<Row, void> {
    for (const row of this.#prepare(sql).iterate(...values)) yield row as Row;
  }

  /** Runs statements without parameters that are not worth keeping. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Runs `work` in one transaction; what it throws undoes everything and is thrown again. */
  transact<Answer>(work: () => Answer): Answer {
    this.run('BEGIN IMMEDIATE');
    try {
      const answer = work();
      this.run('COMMIT');
      return answer;
    } catch (cause) {
      // SQLite undoes some failures by itself; a second ROLLBACK would hide their cause.
      if (this.#connection.isTransaction) this.run('ROLLBACK');
      throw cause;
    }
  }

  /** Runs `work`, which only reads, on one state of the database. */
  view<Answer>(work: () => Answer): Answer {
    this.run('BEGIN');
    try {
      return work();
    } finally {
      if (this.#connection.isTransaction) this.run('COMMIT');
    }
  }

  /** Runs `work` so that what it throws undoes its own writes alone. */
  isolate<Answer>(work: () => Answer): Answer {
    this.run('SAVEPOINT item');
    try {
      const answer = work();
      this.run('RELEASE item');
      return answer;
    } catch (cause) {
      if (this.#connection.isTransaction) {
        this.run('ROLLBACK TO item');
        this.run('RELEASE item');
      }
      throw cause;
    }
  }

  /** The texts of the statements prepared so far, so that a test can ask for their plans. */
  preparedTexts(): string[] {
    return [...this.#prepared.keys()];
  }

  close(): void {
    this.#prepared.clear();
    this.#connection.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= preparedMax) this.#prepared.clear();
    const made = this.#connection.prepare(sql);
    this.#prepared.set(sql, made);
    return made;
  }
}
