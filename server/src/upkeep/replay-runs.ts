import { AppError } from '../core/app-error.ts';
import type { Timers } from '../core/clock.ts';
import type { ReplayId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { replayGapMs } from '../core/replay-pace.ts';
import type { ReplayJob } from '../core/replay.ts';
import type { Emit } from '../core/signal.ts';
import { runReplay } from './run-replay.ts';
import type { RunReplayDeps } from './run-replay.ts';

export type ReplayRunsDeps = RunReplayDeps & { readonly timers: Timers; readonly emit: Emit };

/**
 * Runs the replays that this node has claimed, step by step and each at its own pace. What it keeps
 * in memory is only when the next step of each may begin; everything else stands in the store.
 */
export class ReplayRuns {
  readonly #deps: ReplayRunsDeps;
  readonly #nextAtMs = new Map<ReplayId, number>();
  #timer: { cancel(): void } | null = null;
  #running: Promise<void> | null = null;
  #isWoken = false;
  #isStopped = false;

  constructor(deps: ReplayRunsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#arm(0);
  }

  /** Looks at once, because a job was made or goes on. */
  wake(): void {
    this.#isWoken = true;
    if (this.#running === null && this.#timer !== null) this.#arm(0);
  }

  /** Answers when the step that is running has ended; jobs go on when a node claims them again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = null;
    await this.#running;
  }

  #arm(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    this.#timer = this.#deps.timers.after(delayMs, () => {
      this.#running = this.#turn();
    });
  }

  async #turn(): Promise<void> {
    this.#isWoken = false;
    let waitMs: number = limits.replayRoundMs;
    try {
      waitMs = await this.#round();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'replays', cause });
    }
    this.#running = null;
    this.#arm(this.#isWoken ? 0 : waitMs);
  }

  /** One step of each job whose time has come; answers how long until the next has. */
  async #round(): Promise<number> {
    const { replays, node } = this.#deps;
    const claimMs = limits.replayClaimMs;
    const jobs = await replays.claim({ node, claimMs, limit: limits.replaysAtOnce });
    this.#forgetAllBut(jobs);
    for (const job of jobs) {
      if (this.#isStopped) break;
      if (this.#waitMs(job) <= 0) await this.#step(job);
    }
    const waits = jobs.map((job) => this.#waitMs(job));
    return Math.max(0, Math.min(limits.replayRoundMs, ...waits));
  }

  async #step(job: ReplayJob): Promise<void> {
    const { clock, emit } = this.#deps;
    const { id, request } = job;
    const beganAtMs = clock.monotonicMs();
    try {
      const { madeCount, refused } = await runReplay(this.#deps, job);
      if (refused !== null) throw new AppError(refused);
      this.#nextAtMs.set(id, beganAtMs + replayGapMs(request.ratePerSecond, madeCount));
    } catch (cause) {
      emit({ signal: 'step_failed', step: 'replay', cause });
      this.#nextAtMs.set(id, beganAtMs + limits.replayRetryMs);
    }
  }

  #waitMs({ id }: ReplayJob): number {
    return (this.#nextAtMs.get(id) ?? 0) - this.#deps.clock.monotonicMs();
  }

  #forgetAllBut(jobs: readonly ReplayJob[]): void {
    const kept = new Set(jobs.map(({ id }) => id));
    for (const id of this.#nextAtMs.keys()) if (!kept.has(id)) this.#nextAtMs.delete(id);
  }
}
