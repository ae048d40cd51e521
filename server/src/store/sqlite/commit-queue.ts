/** Something that waits to be written. */
export type Weighed = {
  /** New events may be refused for lack of room; everything else is what running work needs. */
  readonly kind: 'accept' | 'record';
  readonly rows: number;
  readonly bytes: number;
  /** Whether it may stand back for a moment so that others join its commit. */
  readonly isPatient: boolean;
};

/** How much one commit may hold. */
export type CommitLimits = { readonly rows: number; readonly bytes: number };

/**
 * Decides what goes into the next commit: whatever arrived, in order, records first for up to half
 * of it, then accepts, then more records. One item is never split, however large; an event that
 * found no room beside records begins the next commit.
 */
export class CommitQueue<Item extends Weighed> {
  readonly #limits: CommitLimits;
  readonly #accepts = new Line<Item>();
  readonly #records = new Line<Item>();
  #hurriedCount = 0;
  /** Whether a large accept found no room beside records: the next commit begins with it. */
  #isPassedOver = false;

  constructor(limits: CommitLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#accepts.size + this.#records.size;
  }

  get recordCount(): number {
    return this.#records.size;
  }

  /** Whether all that waits may wait a little longer. */
  get isPatient(): boolean {
    return this.#accepts.size === 0 && this.#hurriedCount === 0;
  }

  add(item: Item): void {
    if (!item.isPatient) this.#hurriedCount += 1;
    this.#lineOf(item).push(item);
  }

  /** Puts items back before all others, in their order: their commit could not be made. */
  putBack(items: readonly Item[]): void {
    for (const item of items.toReversed()) {
      if (!item.isPatient) this.#hurriedCount += 1;
      this.#lineOf(item).unshift(item);
    }
  }

  /** Takes the items of the next commit; none when nothing waits. */
  take(): Item[] {
    const { rows, bytes } = this.#limits;
    const taken: Item[] = [];
    const load = { rows: 0, bytes: 0 };
    const half = { rows: rows / 2, bytes: bytes / 2 };
    if (!this.#isPassedOver) fill(taken, this.#records, { load, limits: half });
    const waitingCount = this.#accepts.size;
    fill(taken, this.#accepts, { load, limits: this.#limits });
    this.#isPassedOver = waitingCount > 0 && this.#accepts.size === waitingCount;
    fill(taken, this.#records, { load, limits: this.#limits });
    for (const { isPatient } of taken) if (!isPatient) this.#hurriedCount -= 1;
    return taken;
  }

  #lineOf({ kind }: Item): Line<Item> {
    return kind === 'accept' ? this.#accepts : this.#records;
  }
}

type Filling = { readonly load: { rows: number; bytes: number }; readonly limits: CommitLimits };

function fill<Item extends Weighed>(
  taken: Item[],
  line: Line<Item>,
  { load, limits }: Filling,
): void {
  for (let item = line.first(); item !== null; item = line.first()) {
    const isTooMuch = load.rows + item.rows > limits.rows || load.bytes + item.bytes > limits.bytes;
    if (isTooMuch && taken.length > 0) return;
    line.shift();
    taken.push(item);
    load.rows += item.rows;
    load.bytes += item.bytes;
  }
}

const compactAfter = 1_024;

/** A queue whose ends cost nothing, also when long. */
class Line<Item> {
  #items: (Item | null)[] = [];
  #start = 0;

  get size(): number {
    return this.#items.length - this.#start;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  unshift(item: Item): void {
    if (this.#start === 0) {
      this.#items.unshift(item);
    } else {
      this.#start -= 1;
      this.#items[this.#start] = item;
    }
  }

  first(): Item | null {
    return this.#items[this.#start] ?? null;
  }

  shift(): void {
    // What was taken must not be held here until the line is compacted: it may be megabytes.
    this.#items[this.#start] = null;
    this.#start += 1;
    if (this.#start < compactAfter || this.#start * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#start);
    this.#start = 0;
  }
}
