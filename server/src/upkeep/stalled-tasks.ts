import type { Clock, Timers } from '../core/clock.ts';
import { later } from '../core/instant.ts';
import type { Instant } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import { taskOf } from '../core/task/task.ts';
import type { TaskReports } from '../ingest/task-reports.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';
import { DutyRounds } from './duty-rounds.ts';

export type StalledTasksDeps = {
  readonly finder: Pick<Finder, 'guardedDue'>;
  readonly tasks: Pick<TaskReports, 'report'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly emit: Emit;
};

/**
 * Tells of tasks that said nothing for as long as they themselves set, once for each silence. The
 * row that makes a task due is written with the event that tells of it, so a crash between two
 * rounds, or another node, makes none twice.
 */
export class StalledTasks {
  readonly #deps: StalledTasksDeps;
  /** Those that could not be told of, and when that is tried again; they stand in nobody's way. */
  readonly #failed = new Map<string, Instant>();
  readonly #rounds: DutyRounds;

  constructor(deps: StalledTasksDeps) {
    this.#deps = deps;
    const duty = { step: 'stalled_tasks', everyMs: limits.stallRoundMs };
    this.#rounds = new DutyRounds(deps, duty, () => this.#tellAll());
  }

  start(): void {
    this.#rounds.start();
  }

  /** Answers when the round that is running has ended. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #tellAll(): Promise<void> {
    const { finder, clock } = this.#deps;
    for (let pages = 0; pages < limits.stallPages && !this.#rounds.isStopped; pages += 1) {
      // What falls due at this very moment counts.
      const before = later(clock.now(), 1);
      const limit = limits.stallRows + this.#failed.size;
      const rows = await finder.guardedDue({ kind: 'task', before, limit });
      await Promise.all(rows.filter((row) => this.#isToTell(row)).map((row) => this.#tell(row)));
      if (rows.length < limit) return;
    }
  }

  #isToTell(row: GuardedRow): boolean {
    const againAt = this.#failed.get(nameOf(row));
    return againAt === undefined || againAt <= this.#deps.clock.now();
  }

  async #tell(row: GuardedRow): Promise<void> {
    const { tenantId, id, value } = row;
    const { stallAfterMs, reportedAt } = taskOf(value);
    const details = [
      ['stallAfterMs', JSON.stringify(stallAfterMs)],
      ['lastReportAt', JSON.stringify(new Date(reportedAt).toISOString())],
    ] as const;
    const report = { type: 'task.stalled', causationId: null, trace: null, details } as const;
    try {
      await this.#deps.tasks.report({ tenantId, kind: 'task', id }, report, null);
      this.#failed.delete(nameOf(row));
    } catch (cause) {
      if (this.#failed.size >= limits.stallFailures) this.#failed.clear();
      this.#failed.set(nameOf(row), later(this.#deps.clock.now(), limits.stallRetryMs));
      this.#deps.emit({ signal: 'step_failed', step: 'stalled_tasks', cause });
    }
  }
}

/** Neither has this character in it. */
function nameOf({ tenantId, id }: GuardedRow): string {
  return `${tenantId}\u0000${id}`;
}
