import type { Clock, Timers } from '../core/clock.ts';
import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import { statsKept } from '../core/stats/stats-width.ts';
import type { CatalogueMirror } from '../store/catalogue-mirror.ts';
import type { Store } from '../store/store.ts';
import { DutyRounds } from './duty-rounds.ts';
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
  readonly #rounds: DutyRounds;
  /** When what is kept for longer was last looked at from the oldest on. */
  #freshAt: Instant | null = null;
  #isPassOver = true;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
    const duty = { step: 'retention', everyMs: limits.retentionRoundMs };
    this.#rounds = new DutyRounds(deps, duty, () => this.#prune());
  }

  start(): void {
    this.#rounds.start();
  }

  /** Answers when the round that is running has ended. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #prune(): Promise<void> {
    const { store, clock, mirror, retentionMs } = this.#deps;
    const limit = limits.pruneRows;
    const now = clock.now();
    const request = { before: later(now, -retentionMs), limit, countsBefore: statsKept(now) };
    const rules = ownRetention(mirror, now);
    let isFresh = rules !== null && this.#isFreshDue(now);
    for (let steps = 0; steps < limits.retentionSteps && !this.#rounds.isStopped; steps += 1) {
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
