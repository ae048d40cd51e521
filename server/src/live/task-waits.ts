import type { Timers } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { hasEnded, taskOf } from '../core/task/task.ts';
import type { TaskNews } from '../core/task/task.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';

/** What is waited for. */
export type TaskWait = {
  readonly tenantId: TenantId;
  readonly id: string;
  /** Any sequence above this one will do; null waits for the end of the task. */
  readonly since: number | null;
  /** Bounded by `limits.waitMs`; 0 does not wait. */
  readonly waitMs: number;
};

type Waiter = {
  readonly since: number | null;
  isOver: boolean;
  isHinted: boolean;
  wake: () => void;
};

/**
 * Whoever waits for a task to go on or to end. The store alone is believed; a report that this
 * node took in is the hint to ask it, and for those of other nodes it is asked now and then.
 */
export class TaskWaits {
  readonly #finder: Pick<Finder, 'guarded'>;
  readonly #timers: Timers;
  readonly #waiters = new Map<string, Set<Waiter>>();
  #count = 0;
  #isReleased = false;

  constructor({ finder, timers }: { finder: Pick<Finder, 'guarded'>; timers: Timers }) {
    this.#finder = finder;
    this.#timers = timers;
  }

  /** How many wait. */
  get count(): number {
    return this.#count;
  }

  /** Tells that something new was said of a task. */
  changed({ tenantId, id, sequence, hasEnded: isOver }: TaskNews): void {
    if (this.#count === 0) return;
    for (const waiter of this.#waiters.get(nameOf(tenantId, id)) ?? []) {
      // A report is no news to who waits for the end.
      if (isOver || (waiter.since !== null && sequence > waiter.since)) hint(waiter);
    }
  }

  /** Ends all waiting; from now on nobody waits. */
  release(): void {
    this.#isReleased = true;
    for (const ofTask of this.#waiters.values()) for (const waiter of ofTask) end(waiter);
  }

  /**
   * The task once it is as asked, or as it stands when the time is over, or when too many wait;
   * null when there is none.
   */
  async wait(query: TaskWait): Promise<GuardedRow | null> {
    const first = await this.#read(query);
    const isFull = this.#isReleased || this.#count >= limits.waiters;
    if (query.waitMs === 0 || isFull || isAsked(first, query)) return first;
    const { since } = query;
    const waiter: Waiter = { since, isOver: false, isHinted: true, wake: () => {} };
    const deadline = this.#timers.after(Math.min(query.waitMs, limits.waitMs), () => end(waiter));
    this.#add(query, waiter);
    try {
      return await this.#watch(query, waiter);
    } finally {
      deadline.cancel();
      this.#remove(query, waiter);
    }
  }

  async #watch(query: TaskWait, waiter: Waiter): Promise<GuardedRow | null> {
    for (;;) {
      waiter.isHinted = false;
      const row = await this.#read(query);
      if (waiter.isOver || isAsked(row, query)) return row;
      if (!waiter.isHinted) await this.#hinted(waiter);
    }
  }

  #read({ tenantId, id }: TaskWait): Promise<GuardedRow | null> {
    return this.#finder.guarded({ tenantId, kind: 'task', id });
  }

  async #hinted(waiter: Waiter): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiter.wake = resolve;
    const poll = this.#timers.after(limits.waitPollMs, resolve);
    await promise;
    poll.cancel();
  }

  #add({ tenantId, id }: TaskWait, waiter: Waiter): void {
    const name = nameOf(tenantId, id);
    const ofTask = this.#waiters.get(name) ?? new Set();
    this.#waiters.set(name, ofTask.add(waiter));
    this.#count += 1;
  }

  #remove({ tenantId, id }: TaskWait, waiter: Waiter): void {
    const name = nameOf(tenantId, id);
    const ofTask = this.#waiters.get(name);
    ofTask?.delete(waiter);
    if (ofTask?.size === 0) this.#waiters.delete(name);
    this.#count -= 1;
  }
}

/** Neither has this character in it. */
function nameOf(tenantId: TenantId, id: string): string {
  return `${tenantId}\u0000${id}`;
}

function isAsked(row: GuardedRow | null, { since }: TaskWait): boolean {
  if (row === null || hasEnded(taskOf(row.value))) return true;
  return since !== null && row.version > since;
}

function hint(waiter: Waiter): void {
  waiter.isHinted = true;
  waiter.wake();
}

function end(waiter: Waiter): void {
  waiter.isOver = true;
  hint(waiter);
}
