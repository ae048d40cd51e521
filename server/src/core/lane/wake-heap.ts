import type { Instant } from '../instant.ts';

/** An item's place among those that wait for a time. */
export type Sleeper<T> = { readonly item: T; at: Instant | null; index: number };

/** A sleeper that waits for nothing yet. */
export function sleeperOf<T>(item: T): Sleeper<T> {
  return { item, at: null, index: -1 };
}

/** Items by the time at which they want to be looked at again; each at most once. */
export class WakeHeap<T> {
  readonly #heap: Sleeper<T>[] = [];

  /** The earliest time; null when nobody waits for one. */
  get firstAt(): Instant | null {
    return this.#heap[0]?.at ?? null;
  }

  /** Changes what a sleeper waits for; null takes it out. */
  set(sleeper: Sleeper<T>, at: Instant | null): void {
    if (sleeper.at === at) return;
    if (at === null) {
      this.#remove(sleeper);
      return;
    }
    if (sleeper.index < 0) this.#place(sleeper, this.#heap.length);
    sleeper.at = at;
    this.#settle(sleeper);
  }

  /** Takes out the first one whose time has come. */
  wake(now: Instant): T | null {
    const first = this.#heap[0];
    if (first === undefined || first.at === null || first.at > now) return null;
    this.#remove(first);
    return first.item;
  }

  #remove(sleeper: Sleeper<T>): void {
    const last = this.#heap.pop();
    if (last !== undefined && last !== sleeper) {
      this.#place(last, sleeper.index);
      this.#settle(last);
    }
    sleeper.at = null;
    sleeper.index = -1;
  }

  #settle(sleeper: Sleeper<T>): void {
    this.#rise(sleeper);
    this.#sink(sleeper);
  }

  #rise(sleeper: Sleeper<T>): void {
    while (sleeper.index > 0) {
      const parent = this.#heap[(sleeper.index - 1) >> 1];
      if (parent === undefined || !isEarlier(sleeper, parent)) return;
      this.#swap(sleeper, parent);
    }
  }

  #sink(sleeper: Sleeper<T>): void {
    for (;;) {
      const child = this.#earlierChild(sleeper.index);
      if (child === undefined || !isEarlier(child, sleeper)) return;
      this.#swap(sleeper, child);
    }
  }

  #earlierChild(index: number): Sleeper<T> | undefined {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    if (left === undefined || right === undefined) return left;
    return isEarlier(right, left) ? right : left;
  }

  #swap(one: Sleeper<T>, other: Sleeper<T>): void {
    const index = one.index;
    this.#place(one, other.index);
    this.#place(other, index);
  }

  #place(sleeper: Sleeper<T>, index: number): void {
    this.#heap[index] = sleeper;
    sleeper.index = index;
  }
}

function isEarlier<T>(one: Sleeper<T>, other: Sleeper<T>): boolean {
  return (one.at ?? Infinity) < (other.at ?? Infinity);
}
