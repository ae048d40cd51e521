import type { Clock, Timers } from '../core/clock.ts';
import { later } from '../core/instant.ts';
import { limits } from '../core/limits.ts';
import type { Emit } from '../core/signal.ts';
import { taskOf } from '../core/task/task.ts';
import type { TaskReports } from '../ingest/task-reports.ts';
import type { Finder, GuardedRow } from '../store/finder.ts';

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
  #timer: { cancel(): void } | null = null;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: StalledTasksDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.timers.after(limits.stallRoundMs, () => {
      this.#running = this.#round();
    });
  }

  /** Answers when the round that is running has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #round(): Promise<void> {
    try {
      await this.#tellAll();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'stalled_tasks', cause });
    }
    if (!this.#isStopped) this.start();
  }

  async #tellAll(): Promise<void> {
    const { finder, clock } = this.#deps;
    for (let pages = 0; pages < limits.stallPages && !this.#isStopped; pages += 1) {
      // What falls due at this very moment counts.
      const before = later(clock.now(), 1);
      const due = { kind: 'task', before, limit: limits.stallRows } as const;
      const rows = await finder.guardedDue(due);
      await Promise.all(rows.map((row) => this.#tell(row)));
      if (rows.length < limits.stallRows) return;
    }
  }

  /** One that cannot be told of keeps no other from it. */
  async #tell({ tenantId, id, value }: GuardedRow): Promise<void> {
    const { stallAfterMs, reportedAt } = taskOf(value);
    const details = [
      ['stallAfterMs', JSON.stringify(stallAfterMs)],
      ['lastReportAt', JSON.stringify(new Date(reportedAt).toISOString())],
    ] as const;
    const report = { type: 'task.stalled', causationId: null, trace: null, details } as const;
    try {
      await this.#deps.tasks.report({ tenantId, kind: 'task', id }, report, null);
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'stalled_tasks', cause });
    }
  }
}
