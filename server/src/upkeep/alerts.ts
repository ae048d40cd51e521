import type { Timers } from '../core/clock.ts';
import { limits } from '../core/limits.ts';
import { AlertRound } from './alert-round.ts';
import type { AlertDeps } from './alert-round.ts';

/** Raises alerts, round by round. */
export class Alerts {
  readonly #deps: AlertDeps & { readonly timers: Timers };
  readonly #round: AlertRound;
  #timer: { cancel(): void } | null = null;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: AlertDeps & { readonly timers: Timers }) {
    this.#deps = deps;
    this.#round = new AlertRound(deps);
  }

  /** Finds where to go on; to be awaited before anything is accepted or sent. */
  begin(): Promise<void> {
    return this.#round.begin();
  }

  start(): void {
    this.#timer = this.#deps.timers.after(limits.alertRoundMs, () => {
      this.#running = this.#run();
    });
  }

  /** Answers when the round that is running has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#round.run();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: 'alerts', cause });
    }
    if (!this.#isStopped) this.start();
  }
}
