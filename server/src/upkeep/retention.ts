import type { Clock, Timers } from '../core/clock.ts';
import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import { statsKept } from '../core/stats/stats-width.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Store } from '../store/store.ts';
import { ownRetention } from './own-retention.ts';

export type RetentionDeps = {
  readonly store: Pick<Store, 'prune'>;
  readonly mirror: Pick<CatalogueMirror, 'list'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly emit: Emit;
  readonly retentionMs: number;
};

/** Has the store remove, round by round and in small steps, what is older than retention. */
export class Retention {
  readonly #deps: RetentionDeps;
  #timer: { cancel(): void } | null = null;
  #isStopped = false;
  /** When what is kept for longer was last looked at from the oldest on. */
  #freshAt: Instant | null = null;
  #isPassOver = true;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.timers.after(limits.retentionRoundMs, () => {
      this.#running = this.#round();
    });
  }

  /** Answers when the step that is running has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #round(): Promise<void> {
    try {
      await this.#prune();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'retention', cause });
    }
    if (!this.#isStopped) this.start();
  }

  async #prune(): Promise<void> {
    const { store, clock, mirror, retentionMs } = this.#deps;
    const limit = limits.pruneRows;
    const now = clock.now();
    const request = { before: later(now, -retentionMs), limit, countsBefore: statsKept(now) };
    const rules = ownRetention(mirror, now);
    let isFresh = rules !== null && this.#isFreshDue(now);
    for (let steps = 0; steps < limits.retentionSteps && !this.#isStopped; steps += 1) {
      const own = rules === null ? {} : { own: { ...rules, isFresh } };
      const { isDone } = await store.prune({ ...request, ...own });
      if (isFresh) this.#freshAt = now;
      isFresh = false;
      this.#isPassOver = isDone;
      if (isDone) return;
    }
  }

  /** A pass over much may take longer than the time between two; it comes to its end first. */
  #isFreshDue(now: Instant): boolean {
    if (this.#freshAt === null) return true;
    return this.#isPassOver && now - this.#freshAt >= limits.retentionFreshMs;
  }
}
