import type { Journal } from './journal.ts';

/** A map whose changes can be taken back. Its order means nothing; readers sort. */
export class JournaledMap<Value> {
  readonly #journal: Journal;
  readonly #values = new Map<string, Value>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    this.#noteOld(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    this.#noteOld(key);
    this.#values.delete(key);
  }

  /** Keys and values, sorted by key. */
  sorted(): [string, Value][] {
    return [...this.#values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  #noteOld(key: string): void {
    const old = this.#values.get(key);
    this.#journal.note(() => {
      if (old === undefined) this.#values.delete(key);
      else this.#values.set(key, old);
    });
  }
}
