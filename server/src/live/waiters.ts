import type { Timers } from '../core/clock.ts';
import { limits } from '../core/limits.ts';

/** What the store says: the answer to give, and whether it is the one that is waited for. */
export type Look<Answer> = { readonly isAsked: boolean; readonly answer: Answer };

type Waiter<Wish> = {
  readonly wish: Wish;
  isOver: boolean;
  isHinted: boolean;
  wake: () => void;
};

/**
 * Whoever waits for what the store will say of something that has a name. The store alone is
 * believed; a hint has it asked at once, and for what other nodes do it is asked now and then.
 */
export class Waiters<Wish> {
  readonly #timers: Timers;
  readonly #byName = new Map<string, Set<Waiter<Wish>>>();
  #count = 0;
  #isReleased = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether nobody more may wait: there are too many, or the server is on its way down. */
  get isFull(): boolean {
    return this.#isReleased || this.#count >= limits.waiters;
  }

  /** Has the store asked for those whose wish may have come true. */
  hint(name: string, mayBe: (wish: Wish) => boolean): void {
    for (const waiter of this.#byName.get(name) ?? []) if (mayBe(waiter.wish)) hint(waiter);
  }

  /** Ends all waiting; from now on nobody waits. */
  release(): void {
    this.#isReleased = true;
    for (const named of this.#byName.values()) for (const waiter of named) end(waiter);
  }

  /** The answer that is asked for, or the last when `waitMs`, at most `limits.waitMs`, are over. */
  async wait<Answer>(
    { name, wish, waitMs }: { name: string; wish: Wish; waitMs: number },
    look: () => Promise<Look<Answer>>,
  ): Promise<Answer> {
    const waiter: Waiter<Wish> = { wish, isOver: false, isHinted: false, wake: () => {} };
    const deadline = this.#timers.after(Math.min(waitMs, limits.waitMs), () => end(waiter));
    this.#add(name, waiter);
    try {
      return await this.#watch(waiter, look);
    } finally {
      deadline.cancel();
      this.#remove(name, waiter);
    }
  }

  async #watch<Answer>(waiter: Waiter<Wish>, look: () => Promise<Look<Answer>>): Promise<Answer> {
    for (;;) {
      waiter.isHinted = false;
      const { isAsked, answer } = await look();
      if (isAsked || waiter.isOver) return answer;
      if (!waiter.isHinted) await this.#hinted(waiter);
    }
  }

  async #hinted(waiter: Waiter<Wish>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiter.wake = resolve;
    const poll = this.#timers.after(limits.waitPollMs, resolve);
    await promise;
    poll.cancel();
  }

  #add(name: string, waiter: Waiter<Wish>): void {
    const named = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, named.add(waiter));
    this.#count += 1;
  }

  #remove(name: string, waiter: Waiter<Wish>): void {
    const named = this.#byName.get(name);
    named?.delete(waiter);
    if (named?.size === 0) this.#byName.delete(name);
    this.#count -= 1;
  }
}

function hint(waiter: Waiter<unknown>): void {
  waiter.isHinted = true;
  waiter.wake();
}

function end(waiter: Waiter<unknown>): void {
  waiter.isOver = true;
  hint(waiter);
}
