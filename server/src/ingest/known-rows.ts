import type { GuardedRow } from '../store/finder.ts';

type Known = { readonly row: GuardedRow; readonly bytes: number };

/**
 * Guarded rows as this node last wrote or read them, the least used forgotten first. One may be
 * out of date: whoever decides by it has the store hold it to the version.
 */
export class KnownRows {
  readonly #most: { readonly rows: number; readonly bytes: number };
  readonly #rows = new Map<string, Known>();
  #bytes = 0;

  constructor(most: { readonly rows: number; readonly bytes: number }) {
    this.#most = most;
  }

  get(name: string): GuardedRow | null {
    const known = this.#rows.get(name);
    if (known === undefined) return null;
    this.#rows.delete(name);
    this.#rows.set(name, known);
    return known.row;
  }

  set(name: string, row: GuardedRow): void {
    this.forget(name);
    const bytes = name.length + JSON.stringify(row.value).length;
    this.#rows.set(name, { row, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= this.#most.rows && this.#bytes <= this.#most.bytes) return;
      this.forget(oldest);
    }
  }

  forget(name: string): void {
    this.#bytes -= this.#rows.get(name)?.bytes ?? 0;
    this.#rows.delete(name);
  }
}
