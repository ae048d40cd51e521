import type { Timers } from '../core/clock.ts';
import type { Emit } from '../core/signal.ts';

type DutyDeps = { readonly timers: Timers; readonly emit: Emit };

/** A duty that is done round by round, with a pause after each; a round that fails is told of. */
export class DutyRounds {
  readonly #deps: DutyDeps;
  readonly #duty: { readonly step: string; readonly everyMs: number };
  readonly #round: () => Promise<void>;
  #timer: { cancel(): void } | null = null;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    deps: DutyDeps,
    duty: { readonly step: string; readonly everyMs: number },
    round: () => Promise<void>,
  ) {
    this.#deps = deps;
    this.#duty = duty;
    this.#round = round;
  }

  /** Whether a round that is running should come to its end. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  start(): void {
    this.#timer = this.#deps.timers.after(this.#duty.everyMs, () => {
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
      await this.#round();
    } catch (cause) {
      this.#deps.emit({ signal: 'step_failed', step: this.#duty.step, cause });
    }
    if (!this.#isStopped) this.start();
  }
}
