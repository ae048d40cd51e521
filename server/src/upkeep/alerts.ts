import type { Timers } from '../core/clock.ts';
import { limits } from '../core/limits.ts';
import { AlertRound } from './alert-round.ts';
import type { AlertDeps } from './alert-round.ts';
import { DutyRounds } from './duty-rounds.ts';

/** Raises alerts, round by round. */
export class Alerts {
  readonly #round: AlertRound;
  readonly #rounds: DutyRounds;

  constructor(deps: AlertDeps & { readonly timers: Timers }) {
    const round = new AlertRound(deps);
    const duty = { step: 'alerts', everyMs: limits.alertRoundMs };
    this.#round = round;
    this.#rounds = new DutyRounds(deps, duty, () => round.run());
  }

  /** Finds where to go on; to be awaited before anything is accepted or sent. */
  begin(): Promise<void> {
    return this.#round.begin();
  }

  start(): void {
    this.#rounds.start();
  }

  /** Answers when the round that is running has ended. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }
}
