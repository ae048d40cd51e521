import type { Timers } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import { hasEnded, taskOf } from '../core/task/task.ts';
import type { TaskNews } from '../core/task/task.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import { Waiters } from './waiters.ts';

/** What is waited for. */
export type TaskWait = {
  readonly tenantId: TenantId;
  readonly id: string;
  /** Any sequence above this one will do; null waits for the end of the task. */
  readonly since: number | null;
  /** Bounded by `limits.waitMs`; 0 does not wait. */
  readonly waitMs: number;
};

type Wish = Pick<TaskWait, 'since'>;

/** Whoever waits for a task to go on or to end; a report that this node took in is a hint. */
export class TaskWaits {
  readonly #finder: Pick<Finder, 'guarded'>;
  readonly #waiters: Waiters<Wish>;

  constructor({ finder, timers }: { finder: Pick<Finder, 'guarded'>; timers: Timers }) {
    this.#finder = finder;
    this.#waiters = new Waiters(timers);
  }

  /** How many wait. */
  get count(): number {
    return this.#waiters.count;
  }

  /** Tells that something new was said of a task. */
  changed({ tenantId, id, sequence, hasEnded: isOver }: TaskNews): void {
    if (this.#waiters.count === 0) return;
    // A report is no news to who waits for the end.
    this.#waiters.hint(nameOf(tenantId, id), ({ since }) => {
      return isOver || (since !== null && sequence > since);
    });
  }

  /** Ends all waiting; from now on nobody waits. */
  release(): void {
    this.#waiters.release();
  }

  /**
   * The task once it is as asked, or as it stands when the time is over, or when too many wait;
   * null when there is none.
   */
  async wait(query: TaskWait): Promise<GuardedRow | null> {
    const first = await this.#read(query);
    const { tenantId, id, waitMs } = query;
    if (waitMs === 0 || this.#waiters.isFull || isAsked(first, query)) return first;
    return this.#waiters.wait({ name: nameOf(tenantId, id), wish: query, waitMs }, async () => {
      const answer = await this.#read(query);
      return { isAsked: isAsked(answer, query), answer };
    });
  }

  #read({ tenantId, id }: TaskWait): Promise<GuardedRow | null> {
    return this.#finder.guarded({ tenantId, kind: 'task', id });
  }
}

/** Neither has this character in it. */
function nameOf(tenantId: TenantId, id: string): string {
  return `${tenantId}\u0000${id}`;
}

function isAsked(row: GuardedRow | null, { since }: Wish): boolean {
  if (row === null || hasEnded(taskOf(row.value))) return true;
  return since !== null && row.version > since;
}
