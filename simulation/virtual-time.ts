/** Whose callback it is: a paused one's wait, a dead one's never run. */
export type Actor = { isDead: boolean; pausedUntilMs: number };

type Entry = {
  atMs: number;
  readonly turn: number;
  readonly actor: Actor | null;
  run: (() => void) | null;
};

/**
 * One queue of callbacks on a time that only this queue moves. After each callback everything that
 * promises set off runs to its end before the next.
 */
export class VirtualTime {
  #nowMs = 0;
  #turn = 0;
  readonly #heap: Entry[] = [];

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs a callback later; those of one moment go in the order in which they were asked for. */
  after(delayMs: number, run: () => void, actor: Actor | null = null): { cancel(): void } {
    this.#turn += 1;
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const entry: Entry = { atMs, turn: this.#turn, actor, run };
    this.#push(entry);
    return {
      cancel: () => {
        entry.run = null;
      },
    };
  }

  /** Answers after a length of virtual time. */
  async wait(delayMs: number, actor: Actor | null = null): Promise<void> {
    await new Promise<void>((resolve) => void this.after(delayMs, resolve, actor));
  }

  /** Runs the next callback and all that follows from it at once; false when none is left. */
  async step(): Promise<boolean> {
    for (let entry = this.#pop(); entry !== null; entry = this.#pop()) {
      const { run, actor } = entry;
      if (run === null || actor?.isDead === true) continue;
      if (actor !== null && actor.pausedUntilMs > entry.atMs) {
        entry.atMs = actor.pausedUntilMs;
        this.#push(entry);
        continue;
      }
      this.#nowMs = entry.atMs;
      run();
      await new Promise<void>((resolve) => setImmediate(resolve));
      return true;
    }
    return false;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #pop(): Entry | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (first !== last) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, entry)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = entry;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs === other.atMs ? one.turn < other.turn : one.atMs < other.atMs;
}
